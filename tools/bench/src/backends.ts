import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOurs } from './ours/side.ts';
import { openSqliteReference } from './references/sqlite.ts';
import type { OpenSide, Side } from './side.ts';

/** What a backend needs for its comparisons. */
export interface Backend {
  readonly name: string;
  readonly ours: (checked: boolean) => OpenSide;
  readonly reference: OpenSide;
  readonly referenceName: string;
  /** Places for a chain of processes: the library's URL and the raw client's address, fresh at each call. */
  readonly chainPlaces: () => Promise<ChainPlaces>;
}

export interface ChainPlaces extends AsyncDisposable {
  readonly ours: string;
  readonly handWritten: string;
}

/** The backend of a URL; undefined where nothing is written to compare it with. */
export function backendOf(url: string, partitions: number): Backend | undefined {
  if (url === 'embedded' || url.startsWith('embedded:')) return embedded(partitions);
  return undefined;
}

/** Always in a temporary folder: a benchmark never touches anybody's data. */
function embedded(partitions: number): Backend {
  return {
    name: 'embedded',
    referenceName: 'hand-written node:sqlite loop, a row per record, synced',
    ours: (checked) => () =>
      inFolder((folder) => openOurs({ url: `embedded:${join(folder, 'streams.db')}`, partitions, checked })),
    reference: () => inFolder(async (folder) => openSqliteReference(folder)),
    chainPlaces: async () => {
      const folder = await temporaryFolder();
      return {
        ours: `embedded:${join(folder, 'streams.db')}`,
        handWritten: `sqlite:${join(folder, 'hand-written.db')}`,
        [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}

async function inFolder(open: (folder: string) => Promise<Side>): Promise<Side> {
  const folder = await temporaryFolder();
  const side = await open(folder);
  return {
    name: side.name,
    produce: (workload) => side.produce(workload),
    read: (workload) => side.read(workload),
    consume: (workload) => side.consume(workload),
    exactlyOnce: (workload) => side.exactlyOnce(workload),
    latency: (workload) => side.latency(workload),
    [Symbol.asyncDispose]: async () => {
      await side[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'millrace-bench-'));
}
