import { shuffled } from '../engine/random.ts';
import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import { ProducerProcess } from '../process/producer-process.ts';
import { acknowledgedOnCluster, acksOf } from './29-on-a-cluster.ts';
import { everyBackend, numbered, parameter, sameList } from './common.ts';

const topic = 'payments';

export const acknowledgements: Scenario = {
  id: '29',
  pictures: ['29', '33', '34', '35'],
  title: 'Producer acknowledgements: none, leader, all',
  text: 'A producer chooses what it waits for: nothing, the leader alone, or all copies. Waiting for less is faster, and loses what only the leader had when the leader dies. Redis says it with WAIT, Kafka with acks.',
  backends: everyBackend,
  cannot: {},
  needs: 'cluster',
  parameters: [parameter('messages', 'records of each kind', 10, [1, 100])],
  leavesOut: 'Power cuts: a record that a server acknowledged before its disk had it.',
  play: async (stage) => {
    if (stage.backend === 'embedded') await onOneMachine(stage);
    else await acknowledgedOnCluster(stage, topic);
  },
};

/** The embedded log has no copies: its leader is the process that writes. */
async function onOneMachine(stage: Stage): Promise<void> {
  const messages = stage.parameter('messages');
  const acknowledged: string[] = [];
  await stage.step('A topic', 'One file on one machine: the leader is all there is.', () =>
    stage.records.createTopic(topic, 1),
  );
  for (const acks of shuffled(acksOf, stage.random))
    await stage.step(
      `acks: ${acks}`,
      `A producer is killed when ${messages} records are acknowledged.`,
      async () => {
        await using producer = new ProducerProcess({
          url: stage.url,
          namespace: stage.namespace,
          topic,
          acks,
          values: numbered(acks, messages + 1),
          stopAfter: messages,
        });
        await stage.until(`${messages} records are acknowledged`, () => {
          if (producer.error !== undefined) throw new Error(producer.error);
          return producer.acknowledged.length >= messages;
        });
        await producer.kill();
        stage.tell({
          kind: 'crashed',
          consumer: `producer of ${acks}`,
          group: null,
          pid: producer.pid,
          signal: 'SIGKILL',
        });
        acknowledged.push(...producer.acknowledged);
        stage.commandLine({ embedded: `streams produce ${topic} --acks ${acks}` });
      },
    );
  await stage.step('What survived', 'Read from the file.', async () => {
    const stored = await stage.records.stored(topic);
    const survived = (acks: string): string =>
      String(stored.filter(({ label }) => label.startsWith(`${acks} `)).length);
    stage.tell({
      kind: 'table',
      title: 'Records that survived',
      columns: ['acks', 'sent', 'survived'],
      rows: acksOf.map((acks) => [acks, String(messages), survived(acks)]),
    });
  });
  stage.claim('What the log had acknowledged before the kill is there', async () =>
    sameList(
      'stored',
      (await stage.records.stored(topic))
        .map(({ label }) => label)
        .filter((label) => !label.startsWith('none ')),
      acknowledged.filter((label) => !label.startsWith('none ')),
    ),
  );
  stage.claim('No record is there twice', async () => {
    const stored = await stage.records.stored(topic);
    const different = new Set(stored.map(({ label }) => label)).size;
    return {
      holds: different === stored.length,
      evidence: `${stored.length} records, ${different} different`,
    };
  });
}
