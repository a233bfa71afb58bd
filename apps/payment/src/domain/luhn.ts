/**
 * Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B). Digits only. Any network's
 * number is good: which networks the shop takes is no question of a valid number.
 */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
