/** Python's `\S` and `\d`, so that lines are judged alike wherever they are counted. */
const word = String.raw`[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const digit = String.raw`\p{Nd}`;
const quoted = String.raw`[^"\\]*(?:\\[^\n][^"\\]*)*`;

interface Field {
  readonly name: string;
  readonly pattern: string;
}

/** The fields of a line in the Apache combined format, in their order. */
const fields: readonly Field[] = [
  { name: 'client address', pattern: `(?<client>${word}) ` },
  { name: 'identity', pattern: `${word} ` },
  { name: 'user', pattern: `${word} ` },
  {
    name: 'time',
    pattern: String.raw`\[(?<time>${digit}{2}/[A-Z][a-z]{2}/${digit}{4}(?::${digit}{2}){3} [+\-]${digit}{4})\] `,
  },
  {
    name: 'request',
    pattern: `"(?<method>[A-Z]+) (?<target>${word})(?: HTTP/[${digit}.]+)?" `,
  },
  { name: 'status', pattern: `(?<status>${digit}{3}) ` },
  { name: 'size', pattern: `(?<bytes>${digit}+|-) ` },
  { name: 'referrer', pattern: `"(?<referrer>${quoted})" ` },
  { name: 'user agent', pattern: `"(?<agent>${quoted})"` },
];

/** A whole line. Groups: client, time, method, target, status, bytes, referrer, agent. */
export const combinedFormat: RegExp = new RegExp(`^${patternOf(fields)}$`, 'u');

/** The name of the first field that is not as it must be. */
export function firstWrongField(line: string): string {
  const wrong = fields.findIndex(
    (_, index) => !new RegExp(`^${patternOf(fields.slice(0, index + 1))}`, 'u').test(line),
  );
  return fields[wrong]?.name ?? 'end';
}

function patternOf(some: readonly Field[]): string {
  return some.map(({ pattern }) => pattern).join('');
}
