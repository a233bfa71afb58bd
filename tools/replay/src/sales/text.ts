/** White space as Python's `str.strip` knows it: not the byte-order mark, but the separators below the blank. */
const space = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const surroundingSpace = new RegExp(`^${space}+|${space}+$`, 'g');

export const spaces: string = `${space}+`;

export function strip(text: string): string {
  return isPrintableAscii(text.charCodeAt(0)) && isPrintableAscii(text.charCodeAt(text.length - 1))
    ? text
    : text.replace(surroundingSpace, '');
}

function isPrintableAscii(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

const nonAscii = /[^ -~]/u;
const nonAsciiCharacters = new RegExp(nonAscii, 'gu');

/** Unicode has them in runs from zero to nine. */
const decimalDigit = /^\p{Nd}$/u;

/** Decimal digits of any script as those of ASCII; all else stays. */
export function asciiDigits(text: string): string {
  return nonAscii.test(text) ? text.replace(nonAsciiCharacters, asciiDigit) : text;
}

function asciiDigit(character: string): string {
  if (!decimalDigit.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (decimalDigit.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
