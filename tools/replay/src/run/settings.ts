import { z } from 'zod';
import { ReplayError } from '../replay-error.ts';
import { readJson, writeJson } from './atomic-file.ts';
import type { InputFile } from './input-file.ts';
import type { RunFolder } from './run-folder.ts';

export const emailModes = ['partitioned', 'competing'] as const;
export type EmailMode = (typeof emailModes)[number];

/** What a run was started with. A resumed run keeps it, or its chunks would hold other rows. */
export interface RunSettings {
  readonly sales: InputFile;
  readonly accessLog: InputFile | null;
  readonly openingStock: number;
  readonly partitions: number;
  /** Whether the e-mail group shares out partitions or single messages. */
  readonly emailMode: EmailMode;
  /** Processes of the e-mail service. */
  readonly emailMembers: number;
  /** Passwords are masked. */
  readonly streamsUrl: string;
  /** A fingerprint of CARD_KEY; null for a key of the run's own. */
  readonly cardKey: string | null;
  readonly startedAt: string;
}

const inputFile = z.object({
  path: z.string(),
  bytes: z.int(),
  packed: z.boolean(),
  fingerprint: z.string(),
});

const settingsSchema: z.ZodType<RunSettings> = z.object({
  sales: inputFile,
  accessLog: inputFile.nullable(),
  openingStock: z.int().nonnegative(),
  partitions: z.int().positive(),
  // Runs of earlier versions had no choice.
  emailMode: z.enum(emailModes).default('partitioned'),
  emailMembers: z.int().positive().default(1),
  streamsUrl: z.string(),
  cardKey: z.string().nullable(),
  startedAt: z.iso.datetime(),
});

/** Undefined when the run was never started. */
export function loadSettings(folder: RunFolder): RunSettings | undefined {
  const content = readJson(folder.settings);
  if (content === undefined) return undefined;
  const parsed = settingsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new ReplayError(
    `${folder.settings} does not describe a run of this version; start a new run without --run, or delete ${folder.path}`,
  );
}

export function saveSettings(folder: RunFolder, settings: RunSettings): void {
  writeJson(folder.settings, settings);
}
