const mostArgument = 60;
const mostArguments = 16;
const newline = Buffer.from('\r\n');

/** Reads commands out of the bytes that a client of Redis sends. */
export class RedisCommands {
  readonly #print: (command: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(print: (command: string) => void) {
    this.#print = print;
  }

  push(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const command = this.#next();
      if (!command) return;
      this.#print(`redis> ${describe(command)}`);
    }
  }

  #next(): readonly string[] | undefined {
    const head = this.#number(0, 0x2a);
    if (!head) return undefined;
    let at = head.next;
    const parts: string[] = [];
    for (let index = 0; index < head.value; index += 1) {
      const length = this.#number(at, 0x24);
      if (!length || this.#rest.length < length.next + length.value + 2) return undefined;
      parts.push(this.#rest.toString('utf8', length.next, length.next + length.value));
      at = length.next + length.value + 2;
    }
    this.#rest = this.#rest.subarray(at);
    return parts;
  }

  /** `*3\r\n` or `$5\r\n`. */
  #number(at: number, sign: number): { readonly value: number; readonly next: number } | undefined {
    const end = this.#rest.indexOf(newline, at);
    if (end < 0 || this.#rest[at] !== sign) return undefined;
    return { value: Number(this.#rest.toString('latin1', at + 1, end)), next: end + 2 };
  }
}

function describe([name = '', ...rest]: readonly string[]): string {
  const upper = name.toUpperCase();
  const shown = hideLogin(upper, rest);
  if (upper === 'EVAL' || (upper === 'SCRIPT' && rest[0]?.toUpperCase() === 'LOAD')) {
    const at = upper === 'EVAL' ? 0 : 1;
    shown[at] = `'${(shown[at] ?? '').match(/^--\[\[\s*(.{1,80})/)?.[1] ?? 'script'}…'`;
  }
  const more = shown.length > mostArguments ? [` … ${shown.length - mostArguments} more`] : [];
  return [upper, ...shown.slice(0, mostArguments).map(quote)].join(' ') + more.join('');
}

/** Of AUTH and HELLO … AUTH nothing but the words is shown. */
function hideLogin(name: string, rest: readonly string[]): string[] {
  if (name === 'AUTH') return rest.map(() => '***');
  const at = name === 'HELLO' ? rest.findIndex((word) => word.toUpperCase() === 'AUTH') : -1;
  return rest.map((word, index) => (at >= 0 && (index === at + 1 || index === at + 2) ? '***' : word));
}

function quote(text: string): string {
  const short = text.length > mostArgument ? `${text.slice(0, mostArgument)}…` : text;
  return /^[\w.:{}<>*$+@/'…-]+$/.test(short) || short.startsWith("'") ? short : JSON.stringify(short);
}
