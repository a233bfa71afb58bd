import { ReplayError } from '../replay-error.ts';
import { type InputFile, lookAtFile } from './input-file.ts';
import type { RunFolder } from './run-folder.ts';
import type { EmailMode, RunSettings } from './settings.ts';

/** What is asked of a run that was begun before; what is undefined was left open. */
export interface Asked {
  readonly sales?: string;
  readonly accessLog?: string;
  readonly openingStock?: number;
  readonly partitions?: number;
  readonly emailMode?: EmailMode;
  readonly emailMembers?: number;
  readonly streamsUrl: string;
  readonly cardKey: string | null;
}

/** What a run keeps, by the name that a person knows. */
const kept = [
  ['openingStock', 'opening stock'],
  ['partitions', 'partitions'],
  ['emailMode', 'e-mail mode'],
  ['emailMembers', 'e-mail members'],
  ['streamsUrl', 'STREAMS_URL'],
] as const;

/** The settings of a run that goes on: those it was begun with. A ReplayError when something else is asked for. */
export async function keepSettings(
  begun: RunSettings,
  asked: Asked,
  folder: RunFolder,
): Promise<RunSettings> {
  const differs = (what: string, before: string | number, now: string | number): ReplayError =>
    new ReplayError(
      `run ${folder.name} was begun with ${what} ${before}, not ${now}; go on with what it was begun with, or begin another run`,
    );
  for (const [setting, name] of kept) {
    const now = asked[setting];
    if (now !== undefined && now !== begun[setting]) throw differs(name, begun[setting], now);
  }
  if (asked.cardKey !== begun.cardKey) throw differs('CARD_KEY', describeKey(begun), describeKey(asked));
  if (asked.accessLog !== undefined && !begun.accessLog) throw differs('access log', 'none', asked.accessLog);
  const sales = await sameFile(begun.sales, asked.sales, 'sales file', differs);
  const accessLog =
    begun.accessLog && (await sameFile(begun.accessLog, asked.accessLog, 'access log', differs));
  return { ...begun, sales, accessLog };
}

function describeKey({ cardKey }: Pick<Asked, 'cardKey'>): string {
  return cardKey === null ? 'unset' : `of fingerprint ${cardKey}`;
}

/** The file may have moved, not changed. */
async function sameFile(
  begun: InputFile,
  asked: string | undefined,
  what: string,
  differs: (what: string, before: string, now: string) => ReplayError,
): Promise<InputFile> {
  const now = await lookAtFile(asked ?? begun.path, what);
  if (now.fingerprint === begun.fingerprint) return now;
  const size = ({ path, bytes }: InputFile): string => `${path} (${bytes} bytes)`;
  throw differs(`the ${what}`, size(begun), `the changed ${size(now)}`);
}
