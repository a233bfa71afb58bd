import { setTimeout as delay } from 'node:timers/promises';
import { anySignal } from '@millrace/streams';
import { shuffled } from '../engine/random.ts';
import type { ServerNode } from '../engine/servers.ts';
import type { Stage } from '../engine/stage.ts';
import { unkeyedTopic } from '../engine/value.ts';
import { localNode } from '../native/node-address.ts';
import { askRedisNode } from '../native/redis-node.ts';
import { bootstrap, numbered, sameNumber } from './common.ts';
import { leaderOf } from './leader-leaves.ts';
import { partitionNodes, tellNodes, untilLedByAnother } from './partition-nodes.ts';

/** Longer than a copy of Kafka waits for what it has asked for (`replica.fetch.wait.max.ms`). */
const fetchExpiredMs = 1_500;
const strongWithinMs = 2_500;
/** The seed decides which is tried first. */
export const acksOf = ['none', 'leader', 'all'] as const;

/** A leader with copies: they are held up, the leader alone acknowledges, and is killed. */
export async function acknowledgedOnCluster(stage: Stage, topic: string): Promise<void> {
  const messages = stage.parameter('messages');
  const cautious = stage.use(await stage.openAnother());
  await stage.step('Three ways to acknowledge', 'What waiting for less saves.', async () => {
    await stage.records.createTopic(topic, 1);
    stage.commandLine({
      redis: 'WAIT 1 1000',
      kafka: `kafka-console-producer.sh --bootstrap-server ${bootstrap(stage.url)} --topic ${topic} --producer-property acks=all`,
    });
    for (const acks of shuffled(acksOf, stage.random)) await measure(stage, topic, acks);
    await cautious.publish(unkeyedTopic(topic), numbered('first', 1), { acks: 'all' });
    await tellNodes(stage, topic, 1);
  });
  if (stage.given) return leaderHandsOver(stage, topic);
  const [nodes] = await partitionNodes(stage, topic, 1);
  const leader = stage.servers.nodes.find(({ port }) => port === nodes?.leader);
  const copies = stage.servers.nodes.filter(
    ({ port }) => port !== leader?.port && nodes?.copies.includes(port),
  );
  if (!leader || !nodes) return;
  let refusal = 'it was acknowledged';
  const strong = numbered('unanswered', 1);
  try {
    await stage.step('The copies are held up', 'The leader alone acknowledges.', async () => {
      for (const copy of copies) copy.pause();
      await untilNothingIsCopied(stage, leader);
      await stage.records.publish(topic, numbered('weak', messages), { acks: 'leader' });
      if (stage.backend === 'redis') {
        // WAIT waits for the copies that there are: that there must be one, the server has to know.
        await askRedisNode(stage.nodeAt(leader.port), 'CONFIG', 'SET', 'min-replicas-to-write', '1');
        stage.commandLine({ redis: 'CONFIG SET min-replicas-to-write 1' });
      }
      const signal = anySignal([stage.signal, AbortSignal.timeout(strongWithinMs)]);
      refusal = await cautious.publish(unkeyedTopic(topic), strong, { acks: 'all', signal }).then(
        () => refusal,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      // What it has not sent it must not send to the next leader.
      await cautious[Symbol.asyncDispose]();
      stage.tell({
        kind: 'table',
        title: 'While the copies stand still',
        columns: ['acks', 'the producer is told'],
        rows: [
          ['leader', `${messages} records are stored`],
          ['all', refusal],
        ],
      });
    });
    await stage.step('The leader is killed', 'And the copies go on.', async () => {
      await leader.kill();
      stage.tell({ kind: 'node-killed', node: String(leader.port) });
      for (const copy of copies) copy.resume();
      await untilLedByAnother(stage, topic, 0, leader.port);
      await tellNodes(stage, topic, 1);
    });
  } finally {
    for (const copy of copies) copy.resume();
  }
  await stage.step('What survived', 'Read from the new leader.', async () => {
    const stored = await stage.until('the new leader serves', () =>
      stage.records.stored(topic).then(
        (found) => found,
        () => undefined,
      ),
    );
    const count = (kind: string): string =>
      String(stored.filter(({ label }) => label.startsWith(kind)).length);
    stage.tell({
      kind: 'table',
      title: 'Records that survived',
      columns: ['acknowledged by', 'sent', 'survived'],
      rows: [
        ['nobody, while all ran', String(messages), count('none')],
        ['the leader, while all ran', String(messages), count('leader')],
        ['all', String(messages), count('all')],
        ['the leader alone', String(messages), count('weak')],
      ],
    });
  });
  stage.claim('What all had acknowledged is there', async () =>
    sameNumber('survived', (await labels(stage, topic, 'all ')).length, messages),
  );
  stage.claim('What only the leader had acknowledged died with it', async () =>
    sameNumber('survived', (await labels(stage, topic, 'weak ')).length, 0),
  );
  stage.claim('What all did not have is lost too, and its producer was told', async () => {
    const survived = await labels(stage, topic, 'unanswered ');
    return {
      holds: survived.length === 0 && refusal !== 'it was acknowledged',
      evidence: `survived: ${survived.length}; the producer was told: ${refusal}`,
    };
  });
}

/** In a cluster that was given nobody is held up and killed: its leader hands over, which loses nothing. */
async function leaderHandsOver(stage: Stage, topic: string): Promise<void> {
  const messages = stage.parameter('messages');
  const leader = await leaderOf(stage, topic, 1);
  await stage.step(
    `The leader ${leader.leaving}`,
    'It is not killed: this cluster is not the run’s own.',
    async () => {
      await leader.leave();
      await tellNodes(stage, topic, 1);
    },
  );
  await stage.step('What survived', 'Read from the new leader.', async () => {
    const counted = acksOf.map(async (acks) => [
      acks,
      String(messages),
      String((await labels(stage, topic, `${acks} `)).length),
    ]);
    const rows = await Promise.all(counted);
    stage.tell({
      kind: 'table',
      title: 'Records that survived',
      columns: ['acks', 'sent', 'survived'],
      rows,
    });
  });
  stage.claim('What all had acknowledged is there', async () =>
    sameNumber('survived', (await labels(stage, topic, 'all ')).length, messages),
  );
  stage.claim('No record is there twice', async () => {
    const stored = await labels(stage, topic, '');
    return sameNumber('different records', new Set(stored).size, stored.length);
  });
}

async function measure(stage: Stage, topic: string, acks: (typeof acksOf)[number]): Promise<void> {
  const took: number[] = [];
  for (const value of numbered(acks, stage.parameter('messages'))) {
    const started = performance.now();
    await stage.records.publish(topic, [value], { acks });
    took.push(performance.now() - started);
  }
  const median = took.sort((a, b) => a - b)[took.length >> 1] ?? 0;
  stage.tell({
    kind: 'measured',
    name: `acks ${acks}, median`,
    value: Number(median.toFixed(2)),
    unit: 'ms',
  });
}

/**
 * What a copy has asked for before it stood still lies in its connection and would be read later: Kafka's requests expire,
 * and a server of Redis, which sends on its own, is made to close the connection.
 */
async function untilNothingIsCopied(stage: Stage, leader: ServerNode): Promise<void> {
  if (stage.backend === 'redis')
    await askRedisNode(localNode(leader.port), 'CLIENT', 'KILL', 'TYPE', 'replica');
  else await delay(fetchExpiredMs, undefined, { signal: stage.signal });
}

async function labels(stage: Stage, topic: string, prefix: string): Promise<string[]> {
  return (await stage.records.stored(topic))
    .map(({ label }) => label)
    .filter((label) => label.startsWith(prefix));
}
