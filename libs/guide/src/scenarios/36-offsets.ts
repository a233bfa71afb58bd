import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, numbered, parameter, sameNumber } from './common.ts';

export const offsets: Scenario = {
  id: '36',
  pictures: ['36', '37'],
  title: 'Offsets, committed offsets and the lag',
  text: 'The last position of a partition belongs to the stream, the committed one to the group. Between them lies the lag: it grows while nobody handles what arrives, and goes when somebody does.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('messages', 'records that wait', 12, [2, 200]),
    parameter('workMs', 'milliseconds of work for each', 20, [0, 500]),
  ],
  leavesOut: 'Where Kafka keeps this: in its own topic __consumer_offsets.',
  play: async (stage) => {
    const [messages, workMs] = [stage.parameter('messages'), stage.parameter('workMs')];
    const options = {
      group: 'slow',
      topics: ['orders'],
      mode: 'partitioned',
      delivery: 'exactly-once',
      workMs,
      batch: 1,
    } as const;
    await stage.step('A consumer, and it leaves', 'It has handled the first two records.', async () => {
      await stage.records.createTopic('orders', 2);
      await stage.records.publish('orders', numbered('Order', 2));
      const slow = await stage.members.start('C1', options);
      await stage.groups.untilCaughtUp('slow');
      await stage.members.stop(slow);
    });
    let backlog = 0;
    await stage.step('The backlog grows', `${messages} records and nobody who handles them.`, async () => {
      await stage.records.publish('orders', numbered('Order', messages, 3));
      await stage.groups.listOffsets('slow');
      stage.commandLine({
        redis: 'XINFO GROUPS orders:{P0}',
        embedded: 'streams groups describe slow',
        kafka: `kafka-consumer-groups.sh --bootstrap-server ${bootstrap(stage.url)} --describe --group slow`,
      });
      backlog = await stage.groups.lag('slow');
    });
    await stage.step('Another consumer handles them', 'Committed follows last.', async () => {
      await stage.members.start('C2', options);
      await stage.groups.untilCaughtUp('slow');
      await stage.groups.listOffsets('slow');
    });
    stage.claim('The backlog was what had been stored and not handled', async () =>
      sameNumber('lag before', backlog, messages),
    );
    stage.claim('Each partition is committed up to its last record', async () => {
      const { partitions } = await stage.streams.admin.describeGroup('slow');
      const { partitions: described } = await stage.streams.admin.describe('orders');
      const behind = partitions.filter(
        ({ partition, committed }) => described[partition]?.last !== committed,
      );
      return {
        holds: behind.length === 0,
        evidence: partitions
          .map((p) => `P${p.partition} last ${described[p.partition]?.last} committed ${p.committed}`)
          .join('; '),
      };
    });
    stage.claim('Every record was handled once', async () =>
      sameNumber('handled', (await stage.records.journal()).length, messages + 2),
    );
  },
};
