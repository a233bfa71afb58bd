import type { Run } from '../../verb.ts';

interface Line {
  readonly task: string;
  readonly redis: string;
  readonly kafka: string;
  readonly streams: string;
}

const lines: readonly Line[] = [
  {
    task: 'create a topic',
    redis: 'XADD emails * … (the first XADD creates it)',
    kafka: 'kafka-topics.sh --create --topic emails --partitions 3 --replication-factor 3',
    streams: 'streams topics create emails --partitions 3',
  },
  {
    task: 'list topics',
    redis: 'SCAN 0 TYPE stream',
    kafka: 'kafka-topics.sh --list',
    streams: 'streams topics list',
  },
  {
    task: 'describe a topic',
    redis: 'XINFO STREAM emails',
    kafka: 'kafka-topics.sh --describe --topic emails',
    streams: 'streams topics describe emails',
  },
  {
    task: 'add a message',
    redis: 'XADD emails * subject "1st email" body "Hello"',
    kafka: 'kafka-console-producer.sh --topic emails',
    streams: 'streams produce emails --fields subject="1st email" body=Hello',
  },
  {
    task: 'add with a key',
    redis: 'XADD emails:{P1} * key order-7 value … (you choose the stream)',
    kafka: 'kafka-console-producer.sh --property parse.key=true --property key.separator==',
    streams: 'streams produce emails --key-separator = order-7=…',
  },
  {
    task: 'wait for replicas',
    redis: 'WAIT 1 1000',
    kafka: 'kafka-console-producer.sh --producer-property acks=all',
    streams: 'streams produce emails … --acks all',
  },
  {
    task: 'read from the beginning',
    redis: 'XREAD COUNT 100 STREAMS emails 0',
    kafka: 'kafka-console-consumer.sh --topic emails --from-beginning',
    streams: 'streams consume emails',
  },
  {
    task: 'read only new messages',
    redis: 'XREAD BLOCK 0 STREAMS emails $',
    kafka: 'kafka-console-consumer.sh --topic emails',
    streams: 'streams consume emails --from latest --follow',
  },
  {
    task: 'read after an id',
    redis: 'XREAD STREAMS emails 1518951480106-0',
    kafka: 'kafka-console-consumer.sh --partition 0 --offset 42',
    streams: 'streams consume emails --after 0:1518951480106-0',
  },
  {
    task: 'read since a time',
    redis: 'XRANGE emails 1518951480106 +',
    kafka: 'kafka-consumer-groups.sh --reset-offsets --to-datetime …',
    streams: 'streams consume emails --from @-1h',
  },
  {
    task: 'read a range',
    redis: 'XRANGE emails - + COUNT 2',
    kafka: 'kafka-console-consumer.sh --partition 0 --offset 0 --max-messages 2',
    streams: 'streams range emails - + --limit 2',
  },
  {
    task: 'create a group',
    redis: 'XGROUP CREATE emails mailer 0',
    kafka: '(the first consumer creates it)',
    streams: '(the first member creates it)',
  },
  {
    task: 'read as a group',
    redis: 'XREADGROUP GROUP mailer ann COUNT 2 STREAMS emails >',
    kafka: 'kafka-console-consumer.sh --topic emails --group mailer',
    streams: 'streams consume emails --group mailer --follow',
  },
  {
    task: 'acknowledge',
    redis: 'XACK emails mailer 1518951480106-0',
    kafka: '(commits offsets)',
    streams: '(consume --group acknowledges what it has printed)',
  },
  {
    task: 'describe a group',
    redis: 'XINFO GROUPS emails',
    kafka: 'kafka-consumer-groups.sh --describe --group mailer',
    streams: 'streams groups describe mailer',
  },
  {
    task: 'pending entries',
    redis: 'XPENDING emails mailer - + 10',
    kafka: '(has none)',
    streams: 'streams groups pending mailer',
  },
  {
    task: 'claim entries',
    redis: 'XCLAIM emails mailer bob 60000 1518951480106-0',
    kafka: '(has none)',
    streams: 'streams claim mailer bob --min-idle 1m',
  },
  {
    task: 'lag',
    redis: 'XINFO GROUPS emails',
    kafka: 'kafka-consumer-groups.sh --describe --group mailer',
    streams: 'streams lag mailer',
  },
  {
    task: 'move a group',
    redis: 'XGROUP SETID emails mailer 0',
    kafka: 'kafka-consumer-groups.sh --reset-offsets --to-earliest --execute --group mailer --topic emails',
    streams: 'streams groups seek mailer earliest',
  },
  {
    task: 'delete a group',
    redis: 'XGROUP DESTROY emails mailer',
    kafka: 'kafka-consumer-groups.sh --delete --group mailer',
    streams: 'streams groups delete mailer --yes',
  },
  {
    task: 'trim',
    redis: 'XTRIM emails MAXLEN 1000',
    kafka: 'kafka-delete-records.sh --offset-json-file …',
    streams: 'streams topics trim emails --keep 1000',
  },
  {
    task: 'delete a topic',
    redis: 'DEL emails',
    kafka: 'kafka-topics.sh --delete --topic emails',
    streams: 'streams topics delete emails --yes',
  },
];

export const run: Run = async ({ parameters, output }) => {
  const word = parameters.optionalArgument(0)?.toLowerCase();
  const found = lines.filter(
    (line) => word === undefined || Object.values(line).join(' ').toLowerCase().includes(word),
  );
  for (const line of found) {
    await output.value(line, () =>
      [
        line.task,
        `  Redis    ${line.redis}`,
        `  Kafka    ${line.kafka}`,
        `  streams  ${line.streams}`,
        '',
      ].join('\n'),
    );
  }
  if (found.length === 0) output.message(`nothing about ${word}`);
  return found.length === 0 ? 1 : 0;
};
