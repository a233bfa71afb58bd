import type { Argument, Verb } from '../../verb.ts';

const topic: Argument = { name: '<topic>', description: 'name of the topic', completes: 'topic' };

export const topicVerbs: readonly Verb[] = [
  {
    name: 'topics list',
    summary: 'lists topics with their partitions and records',
    takes: [],
    options: [],
    examples: [{ command: 'streams topics list', does: 'all topics of the backend' }],
    load: () => import('./list.ts'),
  },
  {
    name: 'topics create',
    summary: 'creates a topic; does nothing when it is there with as many partitions',
    takes: [{ name: '<topic>', description: 'name of the topic' }],
    options: [
      { flags: '-p, --partitions <count>', description: 'how many partitions; default: 1' },
      { flags: '--max-age <time>', description: 'forget records older than this, such as 7d' },
      { flags: '--max-records <count>', description: 'keep no more records than this in each partition' },
      {
        flags: '--even-if-unacknowledged',
        description: 'forget also what a group has not acknowledged yet',
      },
      {
        flags: '--setting <name=value>',
        description: "the backend's own setting, such as min.insync.replicas=2 or replication.factor=3",
        repeats: true,
      },
    ],
    examples: [
      { command: 'streams topics create emails --partitions 3', does: 'three partitions, kept for ever' },
      { command: 'streams topics create clicks -p 6 --max-age 7d', does: 'forgets clicks after a week' },
    ],
    load: () => import('./create.ts'),
  },
  {
    name: 'topics describe',
    summary: "shows a topic's partitions, retention and settings",
    takes: [topic],
    options: [],
    examples: [
      { command: 'streams topics describe emails', does: 'first and last position of each partition' },
    ],
    load: () => import('./describe.ts'),
  },
  {
    name: 'topics delete',
    summary: 'deletes topics with all their records',
    takes: [{ name: '<topics...>', description: 'names of the topics', completes: 'topic' }],
    options: [
      { flags: '--yes', description: 'really: without it nothing is deleted and the exit code is 1' },
    ],
    examples: [{ command: 'streams topics delete emails --yes', does: 'deletes it' }],
    load: () => import('./delete.ts'),
  },
  {
    name: 'topics trim',
    summary: 'deletes old records of a topic; what a group has not acknowledged stays',
    takes: [topic],
    options: [
      { flags: '--before <place>', description: 'delete what is before a time (@-7d) or a position' },
      { flags: '--keep <count>', description: 'keep this many of the newest records of each partition' },
      {
        flags: '--even-if-unacknowledged',
        description: 'delete also what a group has not acknowledged yet',
      },
    ],
    examples: [
      { command: 'streams topics trim clicks --before @-7d', does: 'deletes what is older than a week' },
      { command: 'streams topics trim clicks --keep 1000', does: 'keeps the newest thousand' },
    ],
    load: () => import('./trim.ts'),
  },
];
