import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import { openRedisClient } from '../native/redis-client.ts';
import { bootstrap, everyBackend, numbered, parameter, sameNumber } from './common.ts';
import { streamKeyOf } from './partition-nodes.ts';

const topic = 'email';

export const createTopic: Scenario = {
  id: '14',
  pictures: ['14', '15'],
  title: 'Create a topic, or a stream',
  text: 'A topic of Kafka is created before it is used, with a number of partitions and of copies. A stream of Redis comes into being with its first XADD, and partitions are several streams with numbered names.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('partitions', 'partitions of the topic', 3, [1, 12])],
  leavesOut: 'Brokers and copies: picture 14a shows them on three brokers (play 46).',
  play: async (stage) => {
    const partitions = stage.parameter('partitions');
    await stage.step('Create it', `${partitions} partitions.`, async () => {
      await stage.records.createTopic(topic, partitions);
      stage.commandLine({
        redis: `streams topics create ${topic} --partitions ${partitions}`,
        kafka: `kafka-topics.sh --bootstrap-server ${bootstrap(stage.url)} --create --topic ${topic} --partitions ${partitions} --replication-factor 1`,
        embedded: `streams topics create ${topic} --partitions ${partitions}`,
      });
      await describe(stage);
    });
    const before = await streamsThere(stage, partitions);
    await stage.step('The first record', 'It lies in one of the partitions.', async () => {
      stage.commandLine({
        redis: `XADD ${topic}:{P0} * value "Email 1"`,
        kafka: `kafka-console-producer.sh --bootstrap-server ${bootstrap(stage.url)} --topic ${topic}`,
        embedded: `streams produce ${topic} "Email 1"`,
      });
      await stage.records.publish(topic, numbered('Email', 1));
    });
    await stage.step('Describe it', 'What the backend says of it.', async () => {
      stage.commandLine({
        redis: `XINFO STREAM ${topic}:{P0}`,
        kafka: `kafka-topics.sh --bootstrap-server ${bootstrap(stage.url)} --describe --topic ${topic}`,
        embedded: `streams topics describe ${topic}`,
      });
      await describe(stage);
    });
    stage.claim(`The topic has ${partitions} partitions`, async () => {
      const { partitions: described } = await stage.streams.admin.describe(topic);
      return sameNumber('partitions', described.length, partitions);
    });
    stage.claim('It holds the one record that was stored', async () =>
      sameNumber('records', (await stage.records.stored(topic)).length, 1),
    );
    if (stage.backend === 'redis')
      stage.claim('No key was there before the first XADD, and one is there after it', async () => {
        const now = await streamsThere(stage, partitions);
        return {
          holds: before.length === 0 && now.length === 1,
          evidence: `before: ${before.join(', ') || 'none'}; now: ${now.join(', ') || 'none'}`,
        };
      });
  },
};

async function describe(stage: Stage): Promise<void> {
  const { partitions } = await stage.streams.admin.describe(topic);
  stage.tell({
    kind: 'table',
    title: 'Partitions',
    columns: ['partition', 'records', 'last', 'where'],
    rows: partitions.map(({ partition, records, last, placement }) => [
      String(partition),
      String(records),
      last ?? '–',
      placement ?? 'here',
    ]),
  });
}

/** The names of the streams whose keys Redis has; none elsewhere. */
async function streamsThere(stage: Stage, partitions: number): Promise<string[]> {
  if (stage.backend !== 'redis') return [];
  const client = await openRedisClient(stage.url);
  try {
    await client.connect();
    const found: string[] = [];
    for (let partition = 0; partition < partitions; partition++)
      if ((await client.type(streamKeyOf(stage, topic, partition))) === 'stream')
        found.push(`${topic}:{P${partition}}`);
    return found;
  } finally {
    client.disconnect();
  }
}
