import { copyFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolder } from '@millrace/streams';
import { z } from 'zod';
import { messageOf, ReplayError } from '../replay-error.ts';
import type { Presentation } from '../report/present.ts';
import type { Report } from '../report/report.ts';
import { readJson, writeJson } from './atomic-file.ts';
import type { RunFolder } from './run-folder.ts';

const presentation: z.ZodType<Presentation> = z.object({
  lines: z.array(z.string()),
  reconciles: z.boolean(),
});

/** Keeps what a run came to; from then on it is complete. */
export function saveOutcome(folder: RunFolder, report: Report, outcome: Presentation): void {
  writeJson(folder.report, report);
  writeJson(folder.outcome, outcome);
}

/** Undefined while the run is not complete. */
export function loadOutcome(folder: RunFolder): Presentation | undefined {
  const content = readJson(folder.outcome);
  return content === undefined ? undefined : presentation.parse(content);
}

/** Puts the report of a complete run where a person wants it. */
export function copyReport(folder: RunFolder, file: string): void {
  try {
    makeFolder(dirname(resolve(file)));
    copyFileSync(folder.report, file);
  } catch (error) {
    throw new ReplayError(
      `the report cannot be written to ${file}: ${messageOf(error)}; it is in ${folder.report}`,
    );
  }
}
