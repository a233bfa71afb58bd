import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, numbered, parameter, sameNumber } from './common.ts';

export const fanOut: Scenario = {
  id: '17',
  pictures: ['16', '17', '18', '19', '20'],
  title: 'Fan-out: everyone gets everything',
  text: 'Consumers without a group are independent of each other: each reads all records of the stream at its own pace. It does not matter whether there are as many consumers as partitions, fewer, or more; order holds within a partition only.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('consumers', 'plain consumers', 3, [1, 12]),
    parameter('messages', 'records in the stream', 3, [1, 60]),
    parameter('partitions', 'partitions of the topic', 1, [1, 8]),
  ],
  ofPicture: {
    '18': { consumers: 3, messages: 6, partitions: 3 },
    '19': { consumers: 2, messages: 6, partitions: 3 },
    '20': { consumers: 4, messages: 6, partitions: 3 },
  },
  leavesOut: 'How long records stay: retention removes them whether or not a plain consumer has read them.',
  play: async (stage) => {
    const [consumers, messages] = [stage.parameter('consumers'), stage.parameter('messages')];
    const partitions = stage.parameter('partitions');
    await stage.step(
      'Create and fill the stream',
      `${messages} records in ${partitions === 1 ? 'one partition' : `${partitions} partitions`}.`,
      async () => {
        await stage.records.createTopic('email', partitions);
        stage.commandLine({
          redis: 'XADD email:{P0} * value "Email 1"',
          kafka: `kafka-console-producer.sh --bootstrap-server ${bootstrap(stage.url)} --topic email`,
          embedded: 'streams produce email "Email 1"',
        });
        await stage.records.publish('email', numbered('Email', messages));
      },
    );
    await stage.step(
      'Everyone reads from the beginning',
      `${consumers} consumers at the same time.`,
      async () => {
        stage.commandLine({
          redis: 'XREAD STREAMS email:{P0} 0',
          kafka: `kafka-console-consumer.sh --bootstrap-server ${bootstrap(stage.url)} --topic email --from-beginning`,
          embedded: 'streams consume email',
        });
        await Promise.all(
          Array.from({ length: consumers }, (_, index) =>
            stage.records.readPlainly(`C${index + 1}`, 'email', messages),
          ),
        );
      },
    );
    stage.claim(
      `${consumers} × ${messages} = ${consumers * messages} deliveries, each record once to each consumer`,
      async () => {
        const stored = new Set(
          (await stage.records.stored('email')).map(({ partition, offset }) => `${partition}:${offset}`),
        );
        const got = await stage.records.journal();
        const distinct = new Set(
          got.map(({ consumer, partition, offset }) => `${consumer} ${partition}:${offset}`),
        );
        const real = got.filter(({ partition, offset }) => stored.has(`${partition}:${offset}`));
        const holds =
          [got.length, distinct.size, real.length].every((n) => n === consumers * messages) &&
          stored.size === messages;
        return {
          holds,
          evidence: `the journal holds ${got.length} deliveries, ${distinct.size} of them different, of ${stored.size} stored records`,
        };
      },
    );
    stage.claim('Each consumer sees the records of a partition in their order', async () => {
      const got = await stage.records.journal();
      const lanes = Map.groupBy(got, ({ consumer, partition }) => `${consumer} partition ${partition}`);
      const inOrder = [...lanes.values()].filter((lane) =>
        lane.every(
          ({ label }, i) => i === 0 || Number(label.split(' ')[1]) > Number(lane[i - 1]?.label.split(' ')[1]),
        ),
      );
      return sameNumber('sequences in order', inOrder.length, lanes.size);
    });
    stage.claim('No group was made: plain consumers leave nothing to acknowledge', async () => {
      const groups = await stage.streams.admin.groups();
      return sameNumber('groups', groups.length, 0);
    });
  },
};
