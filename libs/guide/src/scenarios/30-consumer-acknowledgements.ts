import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import type { MemberProcess } from '../process/member-process.ts';
import { bootstrap, calmLeaseMs, everyBackend, numbered, parameter, sameList } from './common.ts';

const [topic, group] = ['orders', 'cashier'] as const;

/** What the backend says of the group at a moment. */
interface Standing {
  readonly handled: number;
  readonly lag: number;
  readonly committed: string;
}

export const consumerAcknowledgements: Scenario = {
  id: '30',
  pictures: ['30'],
  title: 'Consumer acknowledgements',
  text: 'A message that was handled is not done before its consumer has said so. Until then Redis keeps it on a pending list, and Kafka has the group’s committed offset in front of it; afterwards the list is shorter, or the offset one further.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records', 3, [2, 20])],
  leavesOut: 'What happens when nobody acknowledges: see pictures 32 and 39.',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    let places: readonly { readonly offset: string }[] = [];
    await stage.step('A stream of orders', `${messages} records, one partition.`, async () => {
      await stage.records.createTopic(topic, 1);
      places = await stage.records.publish(topic, numbered('Order', messages));
    });
    const standings: Standing[] = [];
    let consumer: MemberProcess | undefined;
    await stage.step('Order 1 is handled', 'It had its effect, and is not acknowledged yet.', async () => {
      consumer = await stage.members.start('C1', {
        group,
        topics: [topic],
        mode: 'partitioned',
        delivery: 'at-least-once',
        batch: 1,
        leaseMs: calmLeaseMs,
        stallAt: { label: 'Order 1', when: 'after' },
      });
      await stage.until('C1 stands at Order 1', () => consumer?.stalledAt === 'Order 1');
      standings.push(await look(stage));
    });
    await stage.step('C1 acknowledges it', 'And goes on to Order 2.', async () => {
      stage.commandLine({ redis: `XACK ${topic}:{P0} ${group} ${places[0]?.offset}` });
      consumer?.continue({ label: 'Order 2', when: 'after' });
      await stage.until('C1 stands at Order 2', () => consumer?.stalledAt === 'Order 2');
      await stage.until(
        'Order 1 is acknowledged',
        async () => (await stage.groups.lag(group)) < (standings[0]?.lag ?? 0),
      );
      standings.push(await look(stage));
    });
    await stage.step('And the rest', 'Each is acknowledged when it was handled.', async () => {
      consumer?.continue();
      await stage.groups.untilCaughtUp(group);
      standings.push(await look(stage));
    });
    const text = ({ handled, lag, committed }: Standing): string =>
      `${handled} handled, ${lag} unacknowledged, at ${committed}`;
    const claimStanding = (claim: string, index: number, expected: Standing): void =>
      stage.claim(claim, async () =>
        sameList('the backend said', standings.slice(index, index + 1).map(text), [text(expected)]),
      );
    claimStanding('Handled and not acknowledged: the group stands before Order 1', 0, {
      handled: 1,
      lag: messages,
      committed: 'the beginning',
    });
    claimStanding('Acknowledged: the group stands at Order 1', 1, {
      handled: 2,
      lag: messages - 1,
      committed: places[0]?.offset ?? '',
    });
    stage.claim('In the end nothing is unacknowledged', async () => {
      const { handled, lag, committed } = await standing(stage);
      const expected = { handled: messages, lag: 0, committed: places.at(-1)?.offset ?? '' };
      return sameList('the backend says', [text({ handled, lag, committed })], [text(expected)]);
    });
  },
};

async function look(stage: Stage): Promise<Standing> {
  stage.commandLine({
    redis: `XPENDING ${topic}:{P0} ${group} - + 10`,
    kafka: `kafka-consumer-groups.sh --bootstrap-server ${bootstrap(stage.url)} --describe --group ${group}`,
    embedded: `streams groups describe ${group}`,
  });
  await stage.groups.listOffsets(group);
  if (stage.backend === 'redis') await stage.groups.listPending(group);
  return standing(stage);
}

async function standing(stage: Stage): Promise<Standing> {
  const { partitions } = await stage.streams.admin.describeGroup(group);
  return {
    handled: (await stage.records.journal()).length,
    lag: partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0),
    committed: partitions[0]?.committed ?? 'the beginning',
  };
}
