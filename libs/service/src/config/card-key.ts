import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { notWritable } from './data-dir.ts';
import { keyInFile } from './key-file.ts';
import { optionalKey } from './secret-key.ts';

export interface CardKeyConfig {
  /** Seals the cards in payment events. Without it the services of a machine share a key in DATA_DIR. */
  readonly CARD_KEY: KeyObject | undefined;
}

export const cardKeyVariables: z.ZodType<CardKeyConfig> = z.object({
  CARD_KEY: optionalKey,
});

/** The key that cards are sealed with. Throws ConfigError when there is none and the shared file is out of order. */
export function cardKey(
  service: string,
  { CARD_KEY, DATA_DIR }: CardKeyConfig & { readonly DATA_DIR: string },
): KeyObject {
  if (CARD_KEY) return CARD_KEY;
  try {
    return keyInFile(join(DATA_DIR, 'card.key'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const problem = notWritable(error);
    if (problem) {
      const dataDir = `${problem}: make it writable or choose another folder; or set CARD_KEY, the key that is kept there`;
      throw new ConfigError(service, [{ name: 'DATA_DIR', value: DATA_DIR, problem: dataDir }]);
    }
    throw new ConfigError(service, [
      { name: 'CARD_KEY', value: undefined, problem: `the shared key cannot be used instead: ${reason}` },
    ]);
  }
}
