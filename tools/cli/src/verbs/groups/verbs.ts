import type { Argument, Verb } from '../../verb.ts';

const group: Argument = { name: '<group>', description: 'name of the group', completes: 'group' };

export const groupVerbs: readonly Verb[] = [
  {
    name: 'groups list',
    summary: 'lists groups with their members and lag',
    takes: [],
    options: [],
    examples: [{ command: 'streams groups list', does: 'all groups of the backend' }],
    load: () => import('./list.ts'),
  },
  {
    name: 'groups describe',
    summary: "shows a group's members, and owner, position and lag of each partition",
    takes: [group],
    options: [],
    examples: [
      { command: 'streams groups describe payment', does: 'who holds which partition, and how far it is' },
    ],
    load: () => import('./describe.ts'),
  },
  {
    name: 'groups pending',
    summary: 'lists what is delivered and not acknowledged, oldest first (Redis and embedded)',
    takes: [group],
    options: [
      { flags: '-n, --limit <count>', description: 'no more than this; default: 100' },
      { flags: '--topic <name>', description: 'of this topic alone', completes: 'topic' },
    ],
    examples: [
      { command: 'streams groups pending payment', does: 'position, member, idle time, deliveries' },
    ],
    load: () => import('./pending.ts'),
  },
  {
    name: 'groups seek',
    summary: 'moves a group without members to another place',
    takes: [group, { name: '<place>', description: 'earliest, latest, a time (@-1h) or a position' }],
    options: [
      { flags: '--topic <name>', description: 'in this topic alone', completes: 'topic' },
      { flags: '--partition <number>', description: 'in this partition alone' },
      { flags: '--dry-run', description: 'print from and to, and move nothing' },
    ],
    examples: [
      { command: 'streams groups seek webserver @-1h --dry-run', does: 'what an hour back would be' },
      { command: 'streams groups seek webserver earliest --topic webserver-events', does: 'all of it again' },
    ],
    load: () => import('./seek.ts'),
  },
  {
    name: 'groups delete',
    summary: 'deletes a group without members: its positions, state and dedupe ids',
    takes: [group],
    options: [
      { flags: '--yes', description: 'really: without it nothing is deleted and the exit code is 1' },
    ],
    examples: [{ command: 'streams groups delete audit --yes', does: 'forgets how far it was' }],
    load: () => import('./delete.ts'),
  },
  {
    name: 'lag',
    summary: 'says how far groups are behind; with a limit it is a check for monitoring',
    takes: [{ name: '[groups...]', description: 'names; without them all groups', completes: 'group' }],
    options: [
      {
        flags: '--max-age <time>',
        description: 'exit 1 when the oldest record that waits is older, such as 30s',
      },
      { flags: '--max-records <count>', description: 'exit 1 when a group has more records to handle' },
      { flags: '--prometheus', description: "Prometheus' text format" },
    ],
    examples: [
      { command: 'streams lag', does: 'records and age of the oldest, by group and topic' },
      { command: 'streams lag payment --max-age 30s --max-records 1000', does: 'exit 1 when it is late' },
    ],
    load: () => import('./lag.ts'),
  },
  {
    name: 'claim',
    summary: 'hands entries of a competing group that are idle to another member (Redis and embedded)',
    takes: [
      group,
      { name: '<member>', description: 'who gets them' },
      { name: '[positions...]', description: 'topic:partition:offset; without them all that are idle' },
    ],
    options: [
      { flags: '--min-idle <time>', description: 'only what nobody has touched for so long; default: 30s' },
      { flags: '-n, --limit <count>', description: 'no more than this; default: 100' },
    ],
    examples: [
      { command: 'streams claim mailer rescue --min-idle 5m', does: 'what has been stuck for five minutes' },
    ],
    load: () => import('./claim.ts'),
  },
];
