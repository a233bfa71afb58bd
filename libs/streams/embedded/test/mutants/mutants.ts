import type {
  Commit,
  CompetingMember,
  Delivery,
  Driver,
  JoinOptions,
  Lease,
  StoredRecord,
} from '@millrace/streams';
import { isStreamsError } from '@millrace/streams';

export interface Mutant {
  /** The promise it breaks. */
  readonly breaks: string;
  /** Part of the name of the contract's tests that must fail with it. */
  readonly caughtBy: string;
  readonly mutate: (driver: Driver) => Driver;
}

/** Drivers with one defect each, of the kind that real ones have had. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'loses the last of many': {
    breaks: 'a batch is stored whole',
    caughtBy: 'stores thousands of records of one call in order',
    mutate: (driver) =>
      replacing(driver, {
        append: async (records, options) => {
          const positions = await driver.append(records.slice(0, 10_000), options);
          return records.map((_, index) => positions[Math.min(index, positions.length - 1)] ?? never());
        },
      }),
  },
  'stores in another order': {
    breaks: 'records keep their order within a partition',
    caughtBy: 'keeps the order of each key',
    mutate: (driver) =>
      replacing(driver, {
        append: async (records, options) => (await driver.append(records.toReversed(), options)).toReversed(),
      }),
  },
  'skips after a position': {
    breaks: 'a read goes on right after a position',
    caughtBy: 'pages exactly between records of one millisecond',
    mutate: (driver) =>
      replacing(driver, {
        read: (topic, partition, from, options) =>
          typeof from === 'object' && 'after' in from
            ? skipFirst(driver.read(topic, partition, from, options))
            : driver.read(topic, partition, from, options),
      }),
  },
  'repeats what should be stored once': {
    breaks: 'a repeated sequence is ignored',
    caughtBy: 'ignores a sequence that was stored before',
    mutate: (driver) =>
      replacing(driver, {
        append: (records, { once: _, ...options }) => driver.append(records, options),
      }),
  },
  'sends before it commits': {
    breaks: 'outputs and positions are one step, and nothing of a refused one is visible',
    caughtBy: 'fencing > refuses the commit of a member',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({
        commit: async (step) => {
          if (step.outputs.length > 0) await driver.append(step.outputs, { acks: 'leader' });
          await lease.commit({ ...step, outputs: [] });
        },
      })),
  },
  'sends before it commits, and dies between': {
    breaks: 'outputs and positions are one step',
    // Ten kills at random moments: one of them falls into the gap, however busy the machine is.
    caughtBy: 'adds up when a member dies in the middle of a commit, again and again',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({
        commit: async (step) => {
          if (step.outputs.length > 0) await driver.append(step.outputs, { acks: 'leader' });
          await new Promise((resolve) => setTimeout(resolve, 50));
          await lease.commit({ ...step, outputs: [] });
        },
      })),
  },
  'never says that it is fenced': {
    breaks: 'a commit without ownership is refused',
    caughtBy: 'fencing > refuses the commit of a member',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({
        commit: (step) =>
          lease.commit(step).catch((error: unknown) => {
            if (!isStreamsError(error, 'FENCED')) throw error;
          }),
      })),
  },
  'acknowledges what it delivers': {
    breaks: 'what was not committed is delivered again',
    caughtBy: 'killed after-handling > loses nothing when at-least-once',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({
        fetch: async (max, options) => {
          const deliveries = await lease.fetch(max, options);
          if (deliveries.length > 0) await lease.commit(stepOf(deliveries));
          return deliveries;
        },
        commit: async (step) => lease.commit({ ...step, acknowledged: [] }),
      })),
  },
  'applies a repeated commit again': {
    breaks: 'a step that landed is not applied a second time',
    caughtBy: 'a commit > that is repeated is stored once',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({
        commit: (step) => lease.commit({ ...step, outputs: [...step.outputs] }),
      })),
  },
  'forgets keyed state': {
    breaks: 'state commits with the step',
    caughtBy: 'keyed state > survives restarts',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({ commit: (step) => lease.commit({ ...step, state: [] }) })),
  },
  'forgets ids': {
    breaks: 'ids are remembered with the step',
    caughtBy: 'deduplication > holds within a batch',
    mutate: (driver) => withLeases(driver, () => ({ knownDedupeIds: async () => new Set() })),
  },
  'counts no attempts': {
    breaks: 'attempts are counted through crashes',
    caughtBy: 'counts an attempt that ended with the process',
    mutate: (driver) =>
      withLeases(driver, (lease) => ({
        fetch: async (max, options) =>
          (await lease.fetch(max, options)).map((delivery) => Object.assign(delivery, { attempt: 1 })),
      })),
  },
  'ignores its window': {
    breaks: 'a lease holds no more than its window',
    caughtBy: 'holds no more unacknowledged records than its window',
    mutate: (driver) => withJoin(driver, (options) => ({ ...options, maxInFlight: 1_000_000 })),
  },
  'begins at the end': {
    breaks: 'a new group begins where it is configured to',
    caughtBy: 'a new group > begins where it is configured to',
    mutate: (driver) => withJoin(driver, (options) => ({ ...options, start: 'latest' })),
  },
  'believes every competing member': {
    breaks: 'a sleeper that competed is fenced',
    caughtBy: 'competing members > that slept .paused.',
    mutate: (driver) =>
      withCompeting(driver, (member) => ({
        commit: async (steps) => (await member.commit(steps)).map(() => 'committed'),
      })),
  },
};

function withLeases(driver: Driver, change: (lease: Lease) => Partial<Lease>): Driver {
  return replacing(driver, {
    join: async (group, options) => {
      const membership = await driver.join(group, options);
      return replacing(membership, { [Symbol.asyncIterator]: () => changed(membership, change) });
    },
  });
}

async function* changed(
  leases: AsyncIterable<Lease>,
  change: (lease: Lease) => Partial<Lease>,
): AsyncGenerator<Lease> {
  for await (const lease of leases) yield replacing(lease, change(lease));
}

function withJoin(driver: Driver, change: (options: JoinOptions) => JoinOptions): Driver {
  return replacing(driver, { join: (group, options) => driver.join(group, change(options)) });
}

function withCompeting(
  driver: Driver,
  change: (member: CompetingMember) => Partial<CompetingMember>,
): Driver {
  return replacing(driver, {
    compete: async (group, options) => {
      const member = await driver.compete(group, options);
      return replacing(member, change(member));
    },
  });
}

/** The object as it is, but for some of its methods. */
function replacing<Of extends object>(target: Of, changes: Partial<Of>): Of {
  return new Proxy(target, {
    get: (_, name) => {
      const owner = name in changes ? changes : target;
      const value: unknown = Reflect.get(owner, name, owner);
      return typeof value === 'function' ? value.bind(owner) : value;
    },
  });
}

async function* skipFirst(chunks: AsyncIterable<StoredRecord[]>): AsyncGenerator<StoredRecord[]> {
  let skipped = false;
  for await (const chunk of chunks) {
    yield skipped ? chunk : chunk.slice(1);
    skipped = true;
  }
}

function stepOf(settled: readonly Delivery[]): Commit {
  return { acknowledged: settled, outputs: [], state: [], dedupeIds: [] };
}

function never(): never {
  throw new Error('every record has a position');
}
