import type { Option, Verb } from '../../verb.ts';

const filters: readonly Option[] = [
  { flags: '-n, --limit <count>', description: 'end after this many records' },
  { flags: '-k, --key <key>', description: 'only records of this key' },
  { flags: '--partition <number>', description: 'only this partition', repeats: true },
  {
    flags: '--grep <condition>',
    description:
      'only JSON values for which it holds: path, path=text, path!=text, path~regex; several must all hold',
    repeats: true,
  },
  { flags: '--values', description: 'print the values alone' },
  { flags: '--headers', description: 'print the headers too' },
];

export const recordVerbs: readonly Verb[] = [
  {
    name: 'produce',
    summary: 'stores records: each argument is a value, or each line of standard input',
    takes: [
      { name: '<topic>', description: 'name of the topic', completes: 'topic' },
      { name: '[values...]', description: 'the values; without them they are read from standard input' },
    ],
    options: [
      { flags: '-k, --key <key>', description: 'the key of every record' },
      { flags: '--key-path <path>', description: 'take the key out of each JSON value, such as $.orderId' },
      {
        flags: '--key-separator <text>',
        description: 'each value is <key><separator><value>, as with the console producer of Kafka',
      },
      {
        flags: '--fields',
        description:
          'arguments are name=value and make one record: a JSON object, or in a stream of Redis that others made an entry of these fields, as with XADD',
      },
      {
        flags: '--ndjson',
        description:
          'each line is {"value":… or "tombstone":true, "key"?, "headers"?, "partition"?, "timestamp"?}, as consume --json prints',
      },
      { flags: '-H, --header <name=value>', description: 'a header of every record', repeats: true },
      { flags: '--partition <number>', description: 'store in this partition, whatever the key' },
      { flags: '--partitioner <name>', description: 'how keys are placed', choices: ['murmur3', 'murmur2'] },
      {
        flags: '--acks <what>',
        description: 'wait for nothing, the leader, or all; default: all',
        choices: ['none', 'leader', 'all'],
      },
      { flags: '--rate <per second>', description: 'no more records a second than this' },
      { flags: '--create <partitions>', description: 'create the topic when it is missing' },
      { flags: '-q, --quiet', description: 'print no positions' },
    ],
    examples: [
      {
        command: `streams produce emails '{"to":"ann"}' --key order-7`,
        does: 'one record, its position is printed',
      },
      {
        command: 'streams produce emails --fields subject="1st email" body=Hello',
        does: 'the JSON object of the fields',
      },
      {
        command: 'streams produce bull:orders:events --fields event=paid orderId=order-7',
        does: 'on Redis, an event that QueueEvents of BullMQ reads',
      },
      {
        command: 'streams produce clicks --key-separator = < clicks.txt',
        does: 'a record for each line key=value',
      },
      { command: 'streams consume a --json | streams produce b --ndjson', does: 'keeps keys and headers' },
    ],
    load: () => import('./produce.ts'),
  },
  {
    name: 'consume',
    summary: 'prints records without a group, or as a member of one',
    takes: [{ name: '<topic>', description: 'name of the topic', completes: 'topic' }],
    options: [
      {
        flags: '--from <place>',
        description: 'earliest (default), latest, @-1h, @-30m:@now, or a position (included)',
      },
      { flags: '--after <position>', description: 'begin after this position' },
      { flags: '--to <place>', description: 'end before a time, or with a position (included)' },
      ...filters,
      { flags: '-f, --follow', description: 'go on with what is stored later' },
      { flags: '--until-end', description: 'end with what is stored now (default)' },
      {
        flags: '-g, --group <name>',
        description: 'join this group, and acknowledge what is printed',
        completes: 'group',
      },
      {
        flags: '--mode <mode>',
        description: 'of the group; default: partitioned',
        choices: ['partitioned', 'competing'],
      },
    ],
    examples: [
      { command: 'streams consume emails --limit 10', does: 'the first ten' },
      {
        command: 'streams consume emails --from @-30m:@now --grep type=PaymentDeclined',
        does: 'of the last half hour',
      },
      {
        command: 'streams consume emails --from latest --follow --values',
        does: 'what is stored from now on',
      },
      {
        command: 'streams consume emails --group audit --until-end --json',
        does: 'what the group has not had yet',
      },
    ],
    load: () => import('./consume.ts'),
  },
  {
    name: 'range',
    summary: 'prints records between two places, both included, as XRANGE does',
    takes: [
      { name: '<topic>', description: 'name of the topic', completes: 'topic' },
      { name: '<from>', description: '- for the first, a position or a time (@-1h)' },
      { name: '<to>', description: '+ for the last, a position or a time' },
    ],
    options: filters,
    examples: [
      { command: 'streams range emails - +', does: 'everything' },
      { command: 'streams range emails 0:5 0:9 --limit 2', does: 'two records of partition 0' },
    ],
    load: () => import('./range.ts'),
  },
];
