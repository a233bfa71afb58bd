import type { Argument, Verb } from '../../verb.ts';

const group: Argument = {
  name: '<group>',
  description: 'the group that gave up on them',
  completes: 'group',
};
const limit = { flags: '-n, --limit <count>', description: 'no more than this' };

export const deadLetterVerbs: readonly Verb[] = [
  {
    name: 'dead-letters list',
    summary: 'lists dead letters that were not redriven yet, oldest first, without their values',
    takes: [group],
    options: [limit],
    examples: [
      { command: 'streams dead-letters list webserver', does: 'code, attempts, origin and error of each' },
    ],
    load: () => import('./list.ts'),
  },
  {
    name: 'dead-letters show',
    summary: 'shows one dead letter with its value and headers',
    takes: [
      group,
      { name: '[position]', description: 'of the letter, or of the record it was; default: the oldest' },
    ],
    options: [],
    examples: [{ command: 'streams dead-letters show webserver', does: 'the oldest, with its value' }],
    load: () => import('./show.ts'),
  },
  {
    name: 'dead-letters redrive',
    summary: 'publishes dead letters again to the topics they came from, each once',
    takes: [group],
    options: [limit, { flags: '--dry-run', description: 'print which, and publish nothing' }],
    examples: [{ command: 'streams dead-letters redrive webserver --limit 10', does: 'the ten oldest' }],
    load: () => import('./redrive.ts'),
  },
  {
    name: 'dead-letters edit',
    summary: 'redrives the oldest dead letter of a partition with another value',
    takes: [group, { name: '<position>', description: 'of the letter' }],
    options: [
      { flags: '--value <text>', description: 'the whole value' },
      {
        flags: '--set <path=value>',
        description: 'replace what lies at a path; JSON, else text',
        repeats: true,
      },
      { flags: '--dry-run', description: 'print the value, and publish nothing' },
    ],
    examples: [
      {
        command: 'streams dead-letters edit payment payment.dead-letters:0:3 --set pence=1200',
        does: 'repairs and redrives it',
      },
    ],
    load: () => import('./edit.ts'),
  },
  {
    name: 'dead-letters purge',
    summary: 'deletes dead letters for good',
    takes: [group],
    options: [
      { flags: '--before <time>', description: 'only those older than this, such as @-30d' },
      { flags: '--yes', description: 'really: without it nothing is deleted and the exit code is 1' },
    ],
    examples: [
      {
        command: 'streams dead-letters purge webserver --before @-30d --yes',
        does: 'what is older than a month',
      },
    ],
    load: () => import('./purge.ts'),
  },
];
