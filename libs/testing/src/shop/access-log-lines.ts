import { Random } from './random.ts';

export interface AccessLogOptions {
  readonly seed: number;
  readonly lines: number;
}

const ordinary = '"GET /index.html HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"';

const wellFormed = [
  ordinary,
  ordinary,
  '"POST /orders HTTP/1.1" 201 87 "https://shop.example/" "curl/8.5.0"',
  '"HEAD / HTTP/1.0" 304 - "-" "-"',
  '"GET /no-protocol" 400 0 "" ""',
  '"GET /a"b?q=%22 HTTP/1.1" 404 209 "-" "escaped \\"quotes\\" and \\\\ backslash"',
  '"GET /search?q=caf\u00e9 HTTP/2.0" 000 12 "\\x22\\xe9" "Mozilla/5.0"',
] as const;

const malformed = [
  '"GET /index.html HTTP/1.1" 200 5120 "-" "unterminated',
  '"GET /index.html HTTP/1.1" 200 5120 "-"',
  '"get /index.html HTTP/1.1" 200 5120 "-" "-"',
  '"\\x16\\x03\\x01" 400 226 "-" "-"',
  '"GET /index.html HTTP/1.1" 20 5120 "-" "-"',
  '"GET /index.html HTTP/1.1" 200 many "-" "-"',
  '"GET /index.html HTTP/1.1" 200 5120 "-" "-" extra',
  '',
] as const;

/** Lines of an access log, each with its end: most well formed, some not, some blank. The seed decides all of it. */
export function* accessLogLines({ seed, lines }: AccessLogOptions): Generator<string> {
  const random = new Random(seed);
  for (let line = 0; line < lines; line++) {
    const end = random.perMille(50) ? '\r\n' : '\n';
    yield (random.perMille(10) ? '' : lineOf(random, line)) + end;
  }
}

function lineOf(random: Random, line: number): string {
  const client = `198.51.100.${random.integer(1, 254)}`;
  const time = new Date(Date.UTC(2015, 4, 17, 10, 5, line));
  const clock = time.toISOString().slice(11, 19);
  const day = String(time.getUTCDate()).padStart(2, '0');
  const rest = random.perMille(30) ? random.pick(malformed) : random.pick(wellFormed);
  return `${client} - ${random.pick(['-', 'frank'])} [${day}/May/2015:${clock} +0000] ${rest}`;
}
