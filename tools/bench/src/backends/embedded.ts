import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOurs } from '../ours/side.ts';
import { openSqliteReference } from '../references/sqlite.ts';
import type { Side } from '../side.ts';
import type { Backend } from './backend.ts';

/** Always in a temporary folder: a benchmark never touches anybody's data. */
export function embedded(partitions: number): Backend {
  return {
    name: 'embedded',
    referenceName: 'hand-written node:sqlite loop, a row per record, synced',
    ours: (variant) => () =>
      inFolder((folder) => openOurs({ url: `embedded:${join(folder, 'streams.db')}`, partitions, variant })),
    reference: () => inFolder(async (folder) => openSqliteReference(folder)),
    places: async () => {
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
