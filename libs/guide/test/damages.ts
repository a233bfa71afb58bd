import { randomUUID } from 'node:crypto';
import type { PlayOptions, Stage } from '@millrace/guide';
import { on, openDriver, type Topic, topic } from '@millrace/streams';
import { openProcessedSet } from '../src/native/processed-set.ts';

/** Changes what the backend holds, in the middle of a run or at its end: whoever believes itself would not notice. */
export type Damage = Pick<PlayOptions, 'beforeStep' | 'afterStep' | 'beforeClaims' | 'parameters'>;

/** More records in every topic, with the key of the first and in any partition. */
export const moreRecords: Damage = moreLike((stored) => stored[0]);

/** The same with the last record, which is one that was sure to be stored. */
export const moreOfTheLast: Damage = moreLike((stored) => stored.at(-1));

type Stored = Awaited<ReturnType<Stage['records']['stored']>>;

function moreLike(pick: (stored: Stored) => Stored[number] | undefined): Damage {
  return {
    beforeClaims: async (stage) => {
      await stage[Symbol.asyncDispose]();
      for (const name of (await stage.streams.admin.topics()).filter((other) => other !== 'journal')) {
        const like = pick(await stage.records.stored(name));
        const value = { key: like?.key ?? null, label: like?.label ?? '' };
        await stage.streams.publish(
          { ...topicOf(name), key: () => randomUUID() },
          Array.from({ length: 8 }, () => value),
        );
      }
    },
  };
}

/** Everything took effect once more, in the opposite order, in another partition and at another attempt. */
export const effectsAgain: Damage = {
  beforeClaims: async (stage) => {
    await stage[Symbol.asyncDispose]();
    for (const entry of (await stage.records.journal()).toReversed())
      await stage.records.writeJournal({
        ...entry,
        partition: entry.partition + 1,
        attempt: entry.attempt + 1,
      });
  },
};

/** Another consumer took all messages as well. */
export const effectsOfC2: Damage = {
  beforeClaims: async (stage) => {
    await stage[Symbol.asyncDispose]();
    for (const entry of await stage.records.journal())
      await stage.records.writeJournal({ ...entry, consumer: 'C2' });
  },
};

/** Only the last record of each partition is left. */
export const trimmed: Damage = {
  beforeClaims: async (stage) => {
    await stage.streams.admin.trim('email', { keep: 1 });
  },
};

/** An order of which the newcomer knows nothing. */
export const oneOrderMore: Damage = {
  beforeClaims: async (stage) => {
    await stage[Symbol.asyncDispose]();
    await stage.streams.publish(topic<{ type: string }>('emails'), [{ type: 'Stranger' }]);
  },
};

/** Nothing is left of what the shop stored. */
export const nothingLeft: Damage = {
  beforeClaims: async (stage) => {
    await stage[Symbol.asyncDispose]();
    for (const name of await stage.streams.admin.topics()) await stage.streams.admin.deleteTopic(name);
  },
};

/** The topic is not there any more. */
export const topicGone: Damage = {
  beforeClaims: async (stage) => {
    await stage.streams.admin.deleteTopic('email');
  },
};

/** A group that nobody should have made. */
export const strangeGroup: Damage = {
  beforeClaims: async (stage) => {
    const [name = ''] = await stage.streams.admin.topics();
    const routes = [on(topicOf(name), () => undefined)];
    const options = { group: 'stranger', mode: 'partitioned', delivery: 'at-least-once', routes } as const;
    const running = await stage.streams.run(options);
    await running.stop();
  },
};

/** C2 had handled something before it began. */
export const earlyC2: Damage = {
  afterStep: async (stage, title) => {
    if (!title.startsWith('C1 reads')) return;
    const [entry] = await stage.records.journal();
    if (entry) await stage.records.writeJournal({ ...entry, consumer: 'C2' });
  },
};

/** The consumer keeps what it should leave in the stream. */
export const hoarder: Damage = { parameters: { hoards: 1, messages: 200, kilobytes: 100 } };

/** A record was stored that nobody knows of, before anything was read. */
export function oneMoreIn(name: string): Damage {
  return {
    afterStep: async (stage, title) => {
      if (title.startsWith('A stream of'))
        await stage.streams.publish(topicOf(name), [{ key: null, label: 'Stranger 0' }]);
    },
  };
}

/** Something took effect of which no message says so. */
export const effectOfNobody: Damage = {
  beforeClaims: async (stage) => {
    await using processed = await openProcessedSet(stage.url, stage.namespace);
    await processed.takeEffect('Stranger 0');
  },
};

/** A record too many waited. */
export const longerBacklog: Damage = {
  afterStep: async (stage, title) => {
    if (title.startsWith('A consumer, and it leaves'))
      await stage.streams.publish(topicOf('orders'), [{ key: null, label: 'Order 0' }]);
  },
};

/** A fifth member joins before the owners are asked for, and leaves before one is killed. */
export function fifthMember(): Damage {
  let leave: (() => Promise<void>) | undefined;
  return {
    afterStep: async (stage, title) => {
      if (!title.startsWith('Events of several')) return;
      const fifth = await stage.members.start('C5', {
        group: 'fulfilment',
        topics: ['orders'],
        mode: 'partitioned',
        delivery: 'exactly-once',
      });
      leave = () => stage.members.stop(fifth);
    },
    beforeStep: async () => {
      await leave?.();
      leave = undefined;
    },
  };
}

/** A third member takes a record that was not there. */
export const thirdMember: Damage = {
  afterStep: async (stage, title) => {
    if (!title.startsWith('COUNT 2')) return;
    await stage.streams.publish(topicOf('jobs'), [{ key: null, label: 'Job 0' }]);
    await (await compete(stage)).fetch(1, { signal: stage.signal });
  },
};

/** A third member claims what belongs to C2. */
export const claimedByThird: Damage = {
  beforeClaims: async (stage) => {
    const third = await compete(stage);
    const pending = await stage.streams.admin.pending('workers', { limit: 100 });
    const positions = pending.map(({ position }) => position);
    await stage.streams.admin.claim('workers', third.member, { positions, minIdleMs: 0 });
    if (stage.backend === 'embedded') await third.fetch(100, { signal: stage.signal });
  },
};

async function compete(
  stage: Stage,
): ReturnType<NonNullable<Awaited<ReturnType<typeof openDriver>>['compete']>> {
  const driver = stage.use(await openDriver(stage.url, { namespace: stage.namespace }));
  const settings = { start: 'earliest', acks: 'all', leaseMs: 60_000, maxInFlight: 100 } as const;
  return stage.use(await driver.compete('workers', { topics: ['jobs'], ...settings }));
}

function topicOf(name: string): Topic<{ key: string | null; label: string }> {
  return topic(name);
}
