import { shuffled } from '../engine/random.ts';
import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import type { GuideValue } from '../engine/value.ts';
import { bootstrap, everyBackend, parameter, sameList } from './common.ts';

const events = ['payment_received', 'product_shipped', 'product_delivered'] as const;

export const keysAndGroups: Scenario = {
  id: '23',
  pictures: ['23'],
  title: 'Keys and groups',
  text: 'Records with the same key go to the same partition, and a group gives each partition to one of its members. So the events of one order are handled in their order while different orders are handled in parallel. A member more than there are partitions stays idle, until another one dies.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('partitions', 'partitions of the topic', 3, [1, 6]),
    parameter('consumers', 'members of the group, each a process', 4, [2, 6]),
    parameter('orders', 'orders with three events each', 4, [1, 20]),
  ],
  leavesOut: 'What happens to work that the killed member had in hand: see pictures 32 and 39.',
  play: async (stage) => {
    const [partitions, consumers, orders] = ['partitions', 'consumers', 'orders'].map((name) =>
      stage.parameter(name),
    );
    await playGroup(stage, partitions ?? 3, consumers ?? 4, orders ?? 4);
  },
};

async function playGroup(stage: Stage, partitions: number, consumers: number, orders: number): Promise<void> {
  const group = 'fulfilment';
  const members: Awaited<ReturnType<Stage['members']['start']>>[] = [];
  await stage.step('A group of members', `${consumers} members on ${partitions} partitions.`, async () => {
    await stage.records.createTopic('orders', partitions);
    const started = Array.from({ length: consumers }, (_, index) =>
      stage.members.start(`C${index + 1}`, {
        group,
        topics: ['orders'],
        mode: 'partitioned',
        delivery: 'exactly-once',
      }),
    );
    members.push(...(await Promise.all(started)));
    stage.commandLine({
      redis: `XREADGROUP GROUP ${group} C1 COUNT 10 BLOCK 1000 STREAMS orders:{P0} >`,
      kafka: `kafka-console-consumer.sh --bootstrap-server ${bootstrap(stage.url)} --topic orders --group ${group}`,
    });
    await stage.members.settle(members, group, partitions);
  });
  await stage.step('Events of several orders, mixed', 'The order id is the key.', async () => {
    stage.commandLine({
      redis: 'XADD orders:{P1} * key order-1 value payment_received',
      kafka: `kafka-console-producer.sh --bootstrap-server ${bootstrap(stage.url)} --topic orders --reader-property parse.key=true --reader-property key.separator=:`,
    });
    await stage.records.publish('orders', orderEvents(stage, 1, orders));
    await stage.records.untilJournal(orders * events.length);
    await stage.groups.untilCaughtUp(group);
  });
  const claimsBefore = await assignmentOf(stage, group);
  const victim = members.find(({ name }) => name === 'C1');
  await stage.step('kill -9 one of them', 'Its partitions go to the others.', async () => {
    if (!victim) return;
    stage.commandLine({
      redis: `kill -9 ${victim.name}`,
      kafka: `kill -9 ${victim.name}`,
      embedded: `kill -9 ${victim.name}`,
    });
    await stage.members.kill(victim);
    await stage.members.settle(
      members.filter((member) => member !== victim),
      group,
      partitions,
      { areNew: false },
    );
  });
  await stage.step('More events', 'Handled by those that are left.', async () => {
    await stage.records.publish('orders', orderEvents(stage, orders + 1, orders));
    await stage.records.untilJournal(orders * events.length * 2);
    await stage.groups.untilCaughtUp(group);
    await stage.groups.listOffsets(group);
  });
  stage.claim('Each order’s events were handled once and in their order', async () => {
    const lanes = Map.groupBy(await stage.records.journal(), ({ key }) => key);
    const wrong = [...lanes].filter(
      ([key, lane]) =>
        lane.length !== events.length || lane.some(({ label }, index) => label !== `${key} ${events[index]}`),
    );
    const holds = wrong.length === 0 && lanes.size === orders * 2;
    const bad = wrong.map(([key, lane]) => `${key}: ${lane.map(({ label }) => label).join(', ')}`);
    return {
      holds,
      evidence: holds
        ? `${lanes.size} orders, three events each, all in order`
        : bad.join('; ') || `${lanes.size} orders`,
    };
  });
  stage.claim('All events of an order lie in one partition', async () => {
    const lanes = Map.groupBy(await stage.records.stored('orders'), ({ key }) => key);
    const spread = [...lanes.values()].filter(
      (lane) => new Set(lane.map(({ partition }) => partition)).size !== 1,
    );
    return {
      holds: spread.length === 0 && lanes.size === orders * 2,
      evidence: `${lanes.size} orders, ${spread.length} in several partitions`,
    };
  });
  stage.claim(
    `${Math.max(0, consumers - partitions)} of ${consumers} members was idle before the kill`,
    async () => ({
      holds: claimsBefore.idle === Math.max(0, consumers - partitions) && claimsBefore.owned === partitions,
      evidence: `the backend named owners of ${claimsBefore.owned} partitions and ${claimsBefore.idle} idle members`,
    }),
  );
  stage.claim('After the kill every partition is owned again and nothing is left to do', async () => {
    const { partitions: rows } = await stage.streams.admin.describeGroup(group);
    const owned = rows.filter(({ owner }) => owner !== undefined).length;
    const lag = rows.reduce((sum, row) => sum + (row.lag ?? 0), 0);
    return sameList('owned partitions, lag', [String(owned), String(lag)], [String(partitions), '0']);
  });
}

async function assignmentOf(stage: Stage, group: string): Promise<{ idle: number; owned: number }> {
  const { members, partitions } = await stage.streams.admin.describeGroup(group);
  return {
    idle: members.filter(({ leases }) => leases.length === 0).length,
    owned: partitions.filter(({ owner }) => owner !== undefined).length,
  };
}

/** The events of each order in their order, the orders mixed by the seed. */
function orderEvents(stage: Stage, first: number, orders: number): GuideValue[] {
  const ids = Array.from({ length: orders }, (_, index) => `order-${first + index}`);
  const turns = shuffled(
    ids.flatMap((id) => [id, id, id]),
    stage.random,
  );
  const next = new Map<string, number>();
  return turns.map((key) => {
    const index = next.get(key) ?? 0;
    next.set(key, index + 1);
    return { key, label: `${key} ${events[index]}` };
  });
}
