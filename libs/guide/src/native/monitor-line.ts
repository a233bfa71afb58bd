/** A line of MONITOR: `+1339518083.107412 [0 127.0.0.1:60866] "XADD" "email" …`. */
export interface MonitorLine {
  readonly words: readonly string[];
  /** Sent by a script on the server, not by a client. */
  readonly script: boolean;
}

/** Undefined for what is no such line, such as the reply to MONITOR itself. */
export function parseMonitorLine(line: string): MonitorLine | undefined {
  const [head = '', source = ''] = /^\+\d+\.\d+ \[\d+ ([^\]]*\]?[^\]]*)\] /.exec(line) ?? [];
  if (head === '') return undefined;
  const quoted = line.slice(head.length).matchAll(/"((?:[^"\\]|\\.)*)"/g);
  return { words: Array.from(quoted, ([, word = '']) => unescaped(word)), script: source.startsWith('lua') };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b' };

/** The server writes bytes that are not printable ASCII as \xHH; the words are UTF-8. */
function unescaped(word: string): string {
  const bytes = word.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/gi, (_all, hex?: string, sign?: string) =>
    hex === undefined ? (escapes[sign ?? ''] ?? sign ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
