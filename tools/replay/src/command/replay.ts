import { cardKey, cardKeyVariables, loadConfig, maskSecrets, workspaceRoot } from '@millrace/service';
import type { Presentation } from '../report/present.ts';
import { lockRun } from '../run/lock.ts';
import { openRun } from '../run/open-run.ts';
import { copyReport, loadOutcome } from '../run/outcome-file.ts';
import { type RunFolder, runFolder } from '../run/run-folder.ts';
import { lineScreen } from '../screen/line-screen.ts';
import type { Screen } from '../screen/screen.ts';
import { terminalScreen } from '../screen/terminal-screen.ts';
import { serviceSpecs } from '../services/catalog.ts';
import { Interrupted } from './interruption.ts';
import type { ReplayOptions } from './options.ts';
import { replayRun } from './replay-run.ts';

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For the report. */
  readonly output: NodeJS.WriteStream;
  /** For progress. */
  readonly progress: NodeJS.WriteStream;
  readonly interrupted: AbortSignal;
}

/** Replays as asked and prints the report. Answers whether it reconciles. */
export async function replay(options: ReplayOptions, surroundings: Surroundings): Promise<boolean> {
  const { environment, output } = surroundings;
  const { CARD_KEY, DATA_DIR, STREAMS_URL } = loadConfig(environment, {
    service: 'replay',
    port: 0,
    own: cardKeyVariables,
  });
  const known = options.run === undefined ? undefined : runFolder(DATA_DIR, options.run);
  const complete = known && loadOutcome(known);
  if (complete)
    return show(known, complete, options, output, `Run ${known.name} is complete; this is its report.`);

  const streamsUrl = environment['STREAMS_URL'] ? STREAMS_URL : undefined;
  const run = await openRun(options, { dataFolder: DATA_DIR, streamsUrl, maskSecrets, cardKey: CARD_KEY });
  using _lock = lockRun(run.folder);
  const presentation = await follow(
    surroundings,
    async (screen) => {
      screen.note(
        `Run ${run.folder.name}${run.resumed ? ', going on where it stopped' : ''}, in ${run.folder.path}`,
      );
      return replayRun(
        run,
        {
          screen,
          cardKey: cardKey('replay', { CARD_KEY, DATA_DIR: run.folder.path }),
          services: serviceSpecs(run, environment, workspaceRoot()),
          maxLag: options.maxLag,
          patienceMs: options.patience * 1_000,
        },
        surroundings.interrupted,
      );
    },
    run.folder,
  );
  return show(run.folder, presentation, options, output);
}

async function follow(
  { progress }: Surroundings,
  work: (screen: Screen) => Promise<Presentation>,
  folder: RunFolder,
): Promise<Presentation> {
  using screen = progress.isTTY ? terminalScreen(progress) : lineScreen((line) => progress.write(line));
  try {
    return await work(screen);
  } catch (error) {
    if (error instanceof Interrupted) {
      throw new Interrupted(`${error.message}; go on with npm run replay -- --run ${folder.name}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function show(
  folder: RunFolder,
  { lines, reconciles }: Presentation,
  { report }: ReplayOptions,
  output: NodeJS.WriteStream,
  ...before: readonly string[]
): boolean {
  output.write([...before, ...lines].map((line) => `${line}\n`).join(''));
  if (report !== undefined) copyReport(folder, report);
  return reconciles;
}
