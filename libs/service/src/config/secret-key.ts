import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

export const keyBytes = 32;

const base64 = /^[A-Za-z0-9+/_-]{43}=?$/;
const hexadecimal = /^[0-9a-f]{64}$/i;

/** A key of 32 bytes, or nothing; as an object whose content no log and no error shows. */
export const optionalKey: z.ZodType<KeyObject | undefined> = z
  .string()
  .transform((text, context) => {
    const key = parseKey(text);
    if (key) return key;
    context.addIssue(
      'must be 32 bytes as 64 hexadecimal digits or as base64, such as `openssl rand -base64 32` prints',
    );
    return z.NEVER;
  })
  .optional();

/** Undefined for what is no key of 32 bytes in hexadecimal or base64. */
export function parseKey(text: string): KeyObject | undefined {
  if (hexadecimal.test(text)) return createSecretKey(text, 'hex');
  return base64.test(text) ? createSecretKey(text, 'base64') : undefined;
}
