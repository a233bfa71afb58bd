import { createHmac, type KeyObject } from 'node:crypto';
import { checkAccessLog, checkSales } from '../feed/preflight.ts';
import { messageOf, ReplayError } from '../replay-error.ts';
import { lookAtFile } from './input-file.ts';
import { keepSettings } from './keep-settings.ts';
import { createFolders, newRunName, type RunFolder, runFolder } from './run-folder.ts';
import { type EmailMode, loadSettings, type RunSettings, saveSettings } from './settings.ts';

/** What a person asked of the run; what is undefined was left open. */
export interface RunRequest {
  readonly run?: string;
  readonly sales?: string;
  readonly accessLog?: string;
  readonly openingStock?: number;
  readonly partitions?: number;
  readonly emailMode?: EmailMode;
  readonly emailMembers?: number;
}

export interface RunPlace {
  readonly dataFolder: string;
  /** The backend that the environment names; a file in the run's folder without it. */
  readonly streamsUrl: string | undefined;
  readonly maskSecrets: (text: string) => string;
  /** As the environment gives it. */
  readonly cardKey: KeyObject | undefined;
}

export interface OpenRun {
  readonly folder: RunFolder;
  readonly settings: RunSettings;
  readonly streamsUrl: string;
  readonly resumed: boolean;
}

const defaults = {
  openingStock: 1_000_000,
  partitions: 6,
  emailMode: 'partitioned',
  emailMembers: 1,
} as const;

/** Begins a new run, or takes up the one of that name as it was begun. */
export async function openRun(request: RunRequest, place: RunPlace): Promise<OpenRun> {
  const folder = runFolder(place.dataFolder, request.run ?? newRunName(new Date()));
  const streamsUrl = place.streamsUrl ?? `embedded:${folder.path}/streams.db`;
  const given = {
    ...request,
    streamsUrl: place.maskSecrets(streamsUrl),
    cardKey: place.cardKey ? fingerprintOf(place.cardKey) : null,
  };
  const known = loadSettings(folder);
  const settings = known ? await keepSettings(known, given, folder) : await newSettings(given);
  if (!known) begin(folder, settings);
  return { folder, settings, streamsUrl, resumed: known !== undefined };
}

type Given = RunRequest & Pick<RunSettings, 'streamsUrl' | 'cardKey'>;

async function newSettings(given: Given): Promise<RunSettings> {
  if (given.sales === undefined) {
    throw new ReplayError(
      given.run === undefined
        ? 'there is nothing to replay: name a sales file with --sales FILE (--help shows the rest)'
        : `there is no run ${given.run} to go on with; give --sales FILE to begin it`,
    );
  }
  const sales = await lookAtFile(given.sales, 'sales file');
  await checkSales(sales.path);
  const accessLog = given.accessLog === undefined ? null : await lookAtFile(given.accessLog, 'access log');
  if (accessLog) await checkAccessLog(accessLog.path);
  return {
    sales,
    accessLog,
    openingStock: given.openingStock ?? defaults.openingStock,
    partitions: given.partitions ?? defaults.partitions,
    emailMode: given.emailMode ?? defaults.emailMode,
    emailMembers: given.emailMembers ?? defaults.emailMembers,
    streamsUrl: given.streamsUrl,
    cardKey: given.cardKey,
    startedAt: new Date().toISOString(),
  };
}

function begin(folder: RunFolder, settings: RunSettings): void {
  try {
    createFolders(folder);
    saveSettings(folder, settings);
  } catch (error) {
    throw new ReplayError(`the run's folder ${folder.path} cannot be made: ${messageOf(error)}`);
  }
}

/** Tells keys apart without saying anything of them. */
function fingerprintOf(key: KeyObject): string {
  return createHmac('sha256', key).update('millrace replay').digest('hex').slice(0, 16);
}
