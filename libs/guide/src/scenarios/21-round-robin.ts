import type { Scenario } from '../engine/scenario.ts';
import { bootstrap, everyBackend, numbered, parameter, sameList, sameNumber } from './common.ts';

const topic = 'visits';

export const roundRobin: Scenario = {
  id: '21',
  pictures: ['21', '22'],
  title: 'Partitions on Redis: several streams, filled round robin',
  text: 'Redis has no partitions: several streams with numbered names stand for them, and a counter of the producer says which is next, as Kafka does for records without a key. Plain consumers may read all of the streams, or one each; then each sees one lane, in order.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [
    parameter('partitions', 'streams, or partitions', 3, [1, 6]),
    parameter('messages', 'records without a key', 9, [2, 60]),
  ],
  leavesOut: 'Records with a key, whose hash says where they go: see picture 24.',
  play: async (stage) => {
    const [partitions, messages] = [stage.parameter('partitions'), stage.parameter('messages')];
    const lanes = Array.from({ length: partitions }, (_, partition) => partition);
    const server = bootstrap(stage.url);
    await stage.step(
      'Filled round robin',
      `${messages} records, each to the next of ${partitions}.`,
      async () => {
        await stage.records.createTopic(topic, partitions);
        for (const partition of lanes.slice(0, 3))
          stage.commandLine({ redis: `XADD ${topic}:{P${partition}} * value "Visit ${partition + 1}"` });
        stage.commandLine({
          kafka: `kafka-console-producer.sh --bootstrap-server ${server} --topic ${topic}`,
          embedded: `streams produce ${topic} "Visit 1"`,
        });
        await stage.records.publish(topic, numbered('Visit', messages));
      },
    );
    const readers = lanes.map((lane) => `C${lane + 1}`);
    await stage.step(
      'Everyone reads all of them',
      'Fan-out: whoever wants everything reads every stream.',
      async () => {
        stage.commandLine({
          redis: `XREAD STREAMS ${lanes.map((lane) => `${topic}:{P${lane}}`).join(' ')} ${lanes.map(() => '0').join(' ')}`,
          kafka: `kafka-console-consumer.sh --bootstrap-server ${server} --topic ${topic} --from-beginning`,
          embedded: `streams consume ${topic}`,
        });
        await Promise.all(readers.map((name) => stage.records.readPlainly(name, topic, messages)));
      },
    );
    const stored = await stage.records.stored(topic);
    await stage.step('Each reads one of them', 'A lane for each consumer.', async () => {
      stage.commandLine({
        redis: `XREAD STREAMS ${topic}:{P0} 0`,
        kafka: `kafka-console-consumer.sh --bootstrap-server ${server} --topic ${topic} --partition 0 --offset earliest`,
        embedded: `streams consume ${topic} --partition 0`,
      });
      for (const partition of lanes) {
        const count = stored.filter((record) => record.partition === partition).length;
        if (count > 0)
          await stage.records.readPlainly(`D${partition + 1}`, topic, count, { partitions: [partition] });
      }
    });
    stage.claim('Every stream has its share of the records', async () => {
      const { partitions: rows } = await stage.streams.admin.describe(topic);
      const share = (lane: number): number =>
        Math.floor(messages / partitions) + (lane < messages % partitions ? 1 : 0);
      return sameList(
        'records',
        rows.map(({ records }) => String(records)).toSorted(),
        lanes.map((lane) => String(share(lane))).toSorted(),
      );
    });
    stage.claim(`${readers.join(', ')} each read all ${messages} records, once`, async () => {
      const got = await stage.records.journal();
      const counts = readers.map((name) => {
        const own = got.filter(({ consumer }) => consumer === name);
        return `${name} ${new Set(own.map(({ label }) => label)).size}/${own.length}`;
      });
      return sameList(
        'different/all',
        counts,
        readers.map((name) => `${name} ${messages}/${messages}`),
      );
    });
    stage.claim('Whoever read one stream saw it alone, in order', async () => {
      const own = (await stage.records.journal()).filter(({ consumer }) => consumer.startsWith('D'));
      const right = [...Map.groupBy(own, ({ consumer }) => consumer)].filter(
        ([consumer, lane]) =>
          lane.every(({ partition }) => `D${partition + 1}` === consumer) &&
          lane.every(({ label }, i) => i === 0 || numberOf(label) > numberOf(lane[i - 1]?.label ?? '')),
      );
      return sameNumber('lanes in order', right.length, Math.min(partitions, messages));
    });
  },
};

function numberOf(label: string): number {
  return Number(label.split(' ')[1]);
}
