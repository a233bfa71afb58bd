import type { Verb } from '../../verb.ts';

export const helpVerbs: readonly Verb[] = [
  {
    name: 'doctor',
    summary: 'checks a backend for what endangers data, and says what to do',
    takes: [],
    options: [
      {
        flags: '--read-only',
        description: 'do not try whether topics may be created, written, read and deleted',
      },
      { flags: '--max-skew <time>', description: 'how far the clocks may be apart; default: 2s' },
    ],
    examples: [
      { command: 'streams doctor --url redis://127.0.0.1:6379', does: 'exit 1 when something is wrong' },
    ],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'dev',
    summary: 'serves the console on an embedded log until Ctrl-C: all it takes to develop',
    takes: [{ name: '[file]', description: 'of the log; default: ./.data/streams.db' }],
    options: [{ flags: '--port <number>', description: 'of the console; default: 4010' }],
    examples: [{ command: 'streams dev', does: 'prints STREAMS_URL and the address of the console' }],
    offline: true,
    load: () => import('./dev.ts'),
  },
  {
    name: 'cheat',
    summary: 'the commands of Redis, Kafka and ours side by side',
    takes: [{ name: '[word]', description: 'only lines with it' }],
    options: [],
    examples: [{ command: 'streams cheat pending', does: 'what is about pending entries' }],
    offline: true,
    load: () => import('./cheat.ts'),
  },
  {
    name: 'completion',
    summary: 'prints a script that completes verbs, options, topics and groups',
    takes: [{ name: '<shell>', description: 'bash, zsh or fish' }],
    options: [],
    examples: [
      { command: 'source <(streams completion bash)', does: 'for this shell; put it into ~/.bashrc' },
    ],
    offline: true,
    load: () => import('./completion.ts'),
  },
  {
    name: 'profiles list',
    summary: 'lists the named backends',
    takes: [],
    options: [],
    examples: [{ command: 'streams profiles list', does: 'names, URLs, where the passwords come from' }],
    offline: true,
    load: () => import('./profiles-list.ts'),
  },
  {
    name: 'profiles set',
    summary: 'names a backend; a password is never in a profile',
    takes: [
      { name: '<name>', description: 'of the profile' },
      { name: '<url>', description: 'of the backend, without a password' },
    ],
    options: [
      { flags: '--namespace <name>', description: 'a prefix of all its topics and groups' },
      {
        flags: '--password-variable <name>',
        description: 'the environment variable with the password; default: STREAMS_PASSWORD',
      },
    ],
    examples: [
      {
        command:
          'streams profiles set prod rediss://app@redis.example:6380 --password-variable PROD_PASSWORD',
        does: 'then: streams topics list --profile prod',
      },
    ],
    offline: true,
    load: () => import('./profiles-set.ts'),
  },
  {
    name: 'profiles delete',
    summary: 'forgets a named backend',
    takes: [{ name: '<name>', description: 'of the profile', completes: 'profile' }],
    options: [],
    examples: [{ command: 'streams profiles delete prod', does: 'the backend itself stays as it is' }],
    offline: true,
    load: () => import('./profiles-delete.ts'),
  },
];
