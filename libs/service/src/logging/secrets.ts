import { maskCredentials } from '@millrace/streams';

/** 13 to 19 digits, as cards have, single spaces or hyphens allowed between them. */
const digits = /(?<![\d.-])[2-6](?:[ -]?\d){12,18}(?![\d-])/g;

/** Lengths and prefixes of cards. No check digit is asked for: a mistyped card must stay hidden too. */
const cardNumber =
  /^(4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12,17}|6\d{12,18}|5[06-8]\d{10,17})$/;

/** The text with passwords, tokens and card numbers made unreadable; a card keeps its last four digits. JSON stays JSON. */
export function maskSecrets(text: string): string {
  return maskCredentials(text).replace(digits, (found, at: number, whole: string) =>
    maskCard(found, isBareJsonNumber(whole, found, at)),
  );
}

function maskCard(found: string, bare: boolean): string {
  const number = found.replace(/\D/g, '');
  if (!cardNumber.test(number)) return found;
  const masked = `card ending ${number.slice(-4)}`;
  return bare ? `"${masked}"` : masked;
}

function isBareJsonNumber(text: string, found: string, at: number): boolean {
  return /[:[,]/.test(text.charAt(at - 1)) && /[,}\]]/.test(text.charAt(at + found.length));
}
