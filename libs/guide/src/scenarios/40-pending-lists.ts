import { openDriver } from '@millrace/streams';
import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import { numbered, parameter, sameList, sameNumber } from './common.ts';
import { lastDelivered } from './last-delivered.ts';

const group = 'workers';

export const pendingLists: Scenario = {
  id: '40',
  pictures: ['40', '41'],
  title: 'Pending lists, acknowledging and claiming',
  text: 'The members of a competing group share one stream: each record goes to one of them and stays on its pending list until it is acknowledged. What a silent member left there can be claimed by another.',
  backends: ['embedded', 'redis'],
  cannot: {
    kafka:
      'Kafka keeps no list of pending records that could be asked for; see pictures 25 and 26 for its share groups.',
  },
  needs: 'one server',
  parameters: [parameter('messages', 'records in the stream', 3, [3, 20])],
  leavesOut: 'XAUTOCLAIM, which finds and claims in one command; the library uses it.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    const driver = stage.use(await openDriver(stage.url, { namespace: stage.namespace }));
    const settings = {
      topics: ['jobs'],
      start: 'earliest',
      acks: 'all',
      leaseMs: 60_000,
      maxInFlight: 100,
    } as const;
    let places: readonly { readonly offset: string }[] = [];
    await stage.step('A stream and a group', `${messages} records; two members.`, async () => {
      await stage.records.createTopic('jobs', 1);
      places = await stage.records.publish('jobs', numbered('Job', messages));
      stage.commandLine({ redis: `XGROUP CREATE jobs:{P0} ${group} 0` });
    });
    const members = [await driver.compete(group, settings), await driver.compete(group, settings)];
    const [first, second] = members;
    if (!first || !second) return;
    stage.use(first);
    stage.use(second);
    const names = new Map([
      [first.member, 'C1'],
      [second.member, 'C2'],
    ]);
    const take = async (index: 0 | 1, count: number): Promise<Awaited<ReturnType<typeof first.fetch>>> => {
      const member = members[index] ?? first;
      stage.commandLine({
        redis: `XREADGROUP GROUP ${group} C${index + 1} COUNT ${count} STREAMS jobs:{P0} >`,
      });
      const deliveries = await member.fetch(count, { signal: stage.signal });
      for (const delivery of deliveries) {
        const { topic, partition, offset, attempt } = delivery;
        const place = { topic, partition, offset };
        stage.tell({
          kind: 'delivered',
          consumer: `C${index + 1}`,
          group,
          label: stage.records.labelAt(place),
          attempt,
          ...place,
        });
      }
      return deliveries;
    };
    let taken: Awaited<ReturnType<typeof take>> = [];
    await stage.step('COUNT 2 for C1, the rest for C2', 'Nobody gets what another has.', async () => {
      taken = await take(0, messages - 1);
      await take(1, 1);
      await tellPending(stage, names);
    });
    const before = await owners(stage, names);
    await stage.step('C1 acknowledges its first', 'It leaves the pending list.', async () => {
      const [record] = taken;
      if (!record) return;
      stage.commandLine({ redis: `XACK jobs:{P0} ${group} ${record.offset}` });
      await first.commit([{ record, acknowledged: true, outputs: [] }]);
      const { topic, partition, offset } = record;
      stage.tell({
        kind: 'acknowledged',
        consumer: 'C1',
        group,
        label: stage.records.labelAt(record),
        topic,
        partition,
        offset,
      });
      await tellPending(stage, names);
    });
    await stage.step('C1 is claimed from', 'All that is pending to C1 goes to C2.', async () => {
      const pending = await stage.streams.admin.pending(group, { limit: 100 });
      const positions = pending
        .filter(({ member }) => names.get(member) === 'C1')
        .map(({ position }) => position);
      stage.commandLine({
        redis: `XCLAIM jobs:{P0} ${group} C2 0 ${positions.map(({ offset }) => offset).join(' ')}`,
      });
      for (const position of await stage.streams.admin.claim(group, second.member, {
        positions,
        minIdleMs: 0,
      })) {
        const place = { topic: position.topic, partition: position.partition, offset: position.offset };
        stage.tell({
          kind: 'reclaimed',
          consumer: 'C2',
          from: 'C1',
          group,
          label: stage.records.labelAt(place),
          ...place,
        });
      }
      // The embedded log hands what was claimed over with the next fetch; Redis lists it at once.
      if (stage.backend === 'embedded') await take(1, messages - 2);
      await tellPending(stage, names);
    });
    stage.claim('Every record was pending to exactly one member', async () =>
      sameList('pending after the reads', before, [
        ...numbered('Job', messages - 1).map(({ label }) => `${label}→C1`),
        `Job ${messages}→C2`,
      ]),
    );
    stage.claim('The acknowledged record is off the list, the others are on it', async () => {
      const list = (await owners(stage, names)).map((text) => text.split('→')[0] ?? '').sort();
      return sameList(
        'pending',
        list,
        numbered('Job', messages)
          .slice(1)
          .map(({ label }) => label),
      );
    });
    stage.claim('The last delivered id is that of the last record, whoever acknowledged what', async () =>
      sameList(
        'last delivered',
        [(await lastDelivered(stage, 'jobs', group)) ?? 'none'],
        [places.at(-1)?.offset ?? ''],
      ),
    );
    stage.claim('Everything that was left belongs to C2', async () => {
      const list = await owners(stage, names);
      return sameNumber('pending to C2', list.filter((text) => text.endsWith('→C2')).length, messages - 1);
    });
  },
};

async function owners(stage: Stage, names: ReadonlyMap<string, string>): Promise<string[]> {
  const pending = await stage.streams.admin.pending(group, { limit: 100 });
  return pending.map(
    ({ position, member }) => `${stage.records.labelAt(position)}→${names.get(member) ?? member}`,
  );
}

async function tellPending(stage: Stage, names: ReadonlyMap<string, string>): Promise<void> {
  stage.commandLine({ redis: `XPENDING jobs:{P0} ${group} - + 10` });
  stage.commandLine({ redis: 'XINFO GROUPS jobs:{P0}' });
  const pending = await stage.streams.admin.pending(group, { limit: 100 });
  const consumers = [...names.values()];
  const of = (consumer: string): string =>
    String(pending.filter(({ member }) => names.get(member) === consumer).length);
  stage.tell({
    kind: 'table',
    title: `The group ${group}`,
    columns: ['last delivered', ...consumers.map((name) => `pending to ${name}`)],
    rows: [[(await lastDelivered(stage, 'jobs', group)) ?? '–', ...consumers.map(of)]],
  });
  stage.tell({
    kind: 'pending-listed',
    group,
    entries: pending.map(({ position: { topic, partition, offset }, member, deliveries }) => ({
      topic,
      partition,
      offset,
      label: stage.records.labelAt({ topic, partition, offset }),
      consumer: names.get(member) ?? member,
      deliveries,
    })),
  });
}
