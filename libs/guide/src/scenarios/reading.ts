import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import type { Place } from '../events.ts';
import { bootstrap, everyBackend, numbered, parameter, sameList } from './common.ts';

const topic = 'email';
const pageSize = 2;

export const reading: Scenario = {
  id: 'reading',
  pictures: [],
  title: 'Reading: where it begins, where it ends, and pages',
  text: 'A plain consumer chooses where it begins and where it ends. Nothing is taken from the stream, so each of these can be repeated. Every way is shown with the command of the book and with one of this project.',
  backends: everyBackend,
  cannot: {},
  needs: 'one server',
  parameters: [parameter('messages', 'records that are there first', 6, [4, 60])],
  leavesOut: 'Reading backwards (XREVRANGE).',
  play: async (stage) => {
    const messages = stage.parameter('messages');
    let places: readonly Place[] = [];
    await stage.step('Add messages', 'One after another, each in a millisecond of its own.', async () => {
      await stage.records.createTopic(topic, 1);
      commands(
        stage,
        'XADD email:{P0} * subject "Email 1"',
        'kafka-console-producer.sh',
        `produce ${topic} "Email 1"`,
      );
      for (const value of numbered('Email', messages)) {
        places = [...places, ...(await stage.records.publish(topic, [value]))];
        const stored = Date.now();
        await stage.until('the next millisecond', () => Date.now() > stored + 1);
      }
    });
    const third = places[2];
    if (!third) return;
    await stage.step('From the beginning', 'All that is there.', async () => {
      commands(
        stage,
        'XREAD STREAMS email:{P0} 0',
        'kafka-console-consumer.sh --from-beginning',
        `consume ${topic}`,
      );
      await stage.records.readPlainly('beginning', topic, messages);
    });
    await stage.step('After an id', 'What follows the third record.', async () => {
      commands(
        stage,
        `XREAD STREAMS email:{P0} ${third.offset}`,
        `kafka-console-consumer.sh --partition 0 --offset ${Number(third.offset) + 1}`,
        `consume ${topic} --after 0:${third.offset}`,
      );
      await stage.records.readPlainly('after', topic, messages, { from: { after: third }, to: 'now' });
    });
    await stage.step('Since a time', 'What was stored when the third was, or later.', async () => {
      const at = new Date((await stage.records.stored(topic))[2]?.timestamp ?? 0);
      commands(
        stage,
        `XRANGE email:{P0} ${at.getTime()} +`,
        `kafka-get-offsets.sh --topic ${topic} --time ${at.getTime()}`,
        `consume ${topic} --from @${at.toISOString()}`,
      );
      await stage.records.readPlainly('since', topic, messages, { from: { at }, to: 'now' });
    });
    await stage.step('A range', 'Up to the third record.', async () => {
      commands(
        stage,
        `XRANGE email:{P0} - ${third.offset} COUNT ${messages}`,
        'kafka-console-consumer.sh --partition 0 --offset 0 --max-messages 3',
        `range ${topic} - 0:${third.offset}`,
      );
      await stage.records.readPlainly('range', topic, messages, { to: { through: third } });
    });
    await stage.step(
      'Page by page',
      `COUNT ${pageSize}, each page after the last id of the one before.`,
      () => readPages(stage, messages),
    );
    await stage.step('Only new ones', 'A consumer that begins at the end sees what comes after.', () =>
      readNew(stage),
    );
    const labels = numbered('Email', messages).map(({ label }) => label);
    claimRead(stage, 'From the beginning: everything', 'beginning', labels);
    claimRead(stage, 'After the third: all but the first three', 'after', labels.slice(3));
    claimRead(stage, 'Since the time of the third: all but the first two', 'since', labels.slice(2));
    claimRead(stage, 'Up to the third: the first three', 'range', labels.slice(0, 3));
    claimRead(stage, 'Page by page: everything, each record once', 'pages', labels);
    stage.claim('Only new ones: none that was there before, and all after the first', async () => {
      const seen = await readBy(stage, 'new');
      const stored = (await stage.records.stored(topic)).map(({ label }) => label).slice(messages);
      const first = stored.indexOf(seen[0] ?? '');
      return sameList('read', seen, first < 0 ? ['a new record'] : stored.slice(first, first + seen.length));
    });
  },
};

async function readPages(stage: Stage, messages: number): Promise<void> {
  let last: Place | undefined;
  for (let read = 0; read < messages; read += pageSize) {
    const after = last?.offset;
    commands(
      stage,
      `XRANGE email:{P0} ${after === undefined ? '-' : `(${after}`} + COUNT ${pageSize}`,
      `kafka-console-consumer.sh --partition 0 --offset ${Number(after ?? -1) + 1} --max-messages ${pageSize}`,
      `consume ${topic}${after === undefined ? '' : ` --after 0:${after}`} --limit ${pageSize}`,
    );
    await stage.records.readPlainly('pages', topic, pageSize, {
      to: 'now',
      ...(last ? { from: { after: last } } : {}),
    });
    last = (await stage.records.journal()).findLast(({ consumer }) => consumer === 'pages');
  }
}

/** A read begins at some moment after it was asked for: records are stored until it has seen two. */
async function readNew(stage: Stage): Promise<void> {
  commands(
    stage,
    'XREAD BLOCK 0 STREAMS email:{P0} $',
    'kafka-console-consumer.sh',
    `consume ${topic} --from latest --follow`,
  );
  let reading = true;
  const done = stage.records.readPlainly('new', topic, 2, { from: 'latest' }).finally(() => {
    reading = false;
  });
  for (let number = 1; reading; number++) {
    await stage.records.publish(topic, [{ key: null, label: `New ${number}` }]);
    await Promise.race([done, delay(100, undefined, { signal: stage.signal })]);
  }
  await done;
}

function commands(stage: Stage, redis: string, kafka: string, streams: string): void {
  const server = `--bootstrap-server ${bootstrap(stage.url)}`;
  const [program = '', ...rest] = kafka.split(' ');
  const named = rest.includes('--topic') ? rest : ['--topic', topic, ...rest];
  stage.commandLine({ redis, kafka: [program, server, ...named].join(' ') });
  const text = `streams ${streams}`;
  stage.commandLine({ redis: text, kafka: text, embedded: text });
}

function claimRead(stage: Stage, text: string, consumer: string, labels: readonly string[]): void {
  stage.claim(text, async () => sameList('read', await readBy(stage, consumer), labels));
}

async function readBy(stage: Stage, consumer: string): Promise<string[]> {
  return (await stage.records.journal())
    .filter((entry) => entry.consumer === consumer)
    .map(({ label }) => label);
}
