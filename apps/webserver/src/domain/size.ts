/** A size in bytes: `-` is 0, digits are any script's. Undefined for more than 2^53 − 1, which cannot be counted exactly. */
export function sizeOf(text: string): number | undefined {
  if (text === '-') return 0;
  const size = Number(text.replace(/[^0-9]/gu, latinDigit));
  return Number.isSafeInteger(size) ? size : undefined;
}

/** Unicode's decimal digits come in runs from zero to nine. */
function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
