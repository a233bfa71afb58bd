/** A size in bytes: `-` is 0, digits are any script's. What cannot be counted exactly becomes the largest that can. */
export function sizeOf(text: string): number {
  if (text === '-') return 0;
  return Math.min(Number(text.replace(/[^0-9]/gu, latinDigit)), Number.MAX_SAFE_INTEGER);
}

/** Unicode's decimal digits come in runs from zero to nine. */
function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}
