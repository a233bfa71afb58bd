import type { KeyObject } from 'node:crypto';
import { allTopics } from '@millrace/events';
import type { ServiceSpec } from '@millrace/service/processes';
import { openStreams } from '@millrace/streams';
import { AccessLogFeed } from '../feed/access-log-feed.ts';
import { BadRows } from '../feed/bad-rows.ts';
import { checkWhole } from '../feed/preflight.ts';
import { SalesFeed } from '../feed/sales-feed.ts';
import { type Presentation, present } from '../report/present.ts';
import { readBack } from '../report/read-back.ts';
import { Checkpoint } from '../run/checkpoint.ts';
import type { OpenRun } from '../run/open-run.ts';
import { saveOutcome } from '../run/outcome-file.ts';
import type { Screen } from '../screen/screen.ts';
import { Fleet } from '../services/fleet.ts';
import { MemoryLog } from '../services/memory-log.ts';
import { feedAndCatchUp } from './feed-and-catch-up.ts';
import { Follower } from './follow.ts';
import { guarded } from './guarded.ts';

export interface ReplayRunOptions {
  readonly screen: Screen;
  readonly cardKey: KeyObject;
  readonly services: readonly ServiceSpec[];
  readonly maxLag: number;
  readonly patienceMs: number;
}

/** Starts the services, feeds the files, waits until everything is handled and reads the outcome back. */
export async function replayRun(
  run: OpenRun,
  options: ReplayRunOptions,
  interrupted: AbortSignal,
): Promise<Presentation> {
  const { folder, settings, streamsUrl } = run;
  const { screen, services } = options;
  const note = (text: string): void => screen.note(text);
  await using streams = await openStreams(streamsUrl, {
    namespace: folder.name,
    onNotice: ({ message }) => note(`streams: ${message}`),
  });
  await streams.admin.ensureTopics(allTopics.map(({ name }) => ({ name, partitions: settings.partitions })));
  await using fleet = new Fleet(services, { file: folder.services, note });
  note(`Starting ${services.map(({ name }) => name).join(', ')} …`);
  const files = [settings.sales, settings.accessLog].filter((file) => file !== null);
  await Promise.all([
    fleet.ready(interrupted, options.patienceMs),
    ...files.map((file) => checkWhole(file, interrupted)),
  ]);

  using badRows = new BadRows(folder.badRows);
  const sales = new SalesFeed(settings.sales, options.cardKey, (rows) => badRows.add(rows));
  const accessLog = settings.accessLog && new AccessLogFeed(settings.accessLog, settings.startedAt);
  const memory = new MemoryLog();
  const checkpoint = Checkpoint.load(folder);
  const follower = new Follower({
    screen,
    memory,
    processes: () => fleet.processes(),
    rows: () => sales.figures.rows,
    fraction: () => Math.min(sales.fraction, accessLog?.fraction ?? 1),
  });
  const feeds = accessLog ? [sales, accessLog] : [sales];
  const { maxLag, patienceMs } = options;
  const session = {
    streams,
    fleet,
    checkpoint,
    feeds,
    screen,
    follower,
    maxLag,
    patienceMs,
    logs: `${folder.path}/logs`,
  };
  await feedAndCatchUp(session, interrupted);

  screen.note('Reading the outcome back …');
  const outcome = await guarded(
    (signal) =>
      readBack({
        run: folder.name,
        streams,
        input: sales.figures,
        rowsInOrders: sales.rowsInOrders,
        logLines: accessLog?.lines ?? 0,
        openingStock: settings.openingStock,
        elapsedMs: checkpoint.elapsedMs,
        memoryMb: memory.uses(),
        services: services.map(({ name }) => name),
        address: (service) => fleet.urlOf(service, signal),
      }),
    [(signal) => fleet.watch(signal)],
    interrupted,
  );
  const { lines, reconciles } = present(outcome);
  const presentation = { lines: [...badRows.lines(), ...lines], reconciles };
  saveOutcome(folder, outcome.report, presentation);
  return presentation;
}
