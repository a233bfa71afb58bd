import type { Argument, Option, Verb } from '../../verb.ts';

const topic: Argument = { name: '<topic>', description: 'name of the topic', completes: 'topic' };
const restart: Option = { flags: '--restart', description: 'forget how far an interrupted one came' };

export const copyingVerbs: readonly Verb[] = [
  {
    name: 'copy',
    summary:
      'copies a topic to another backend: keys, values, headers, times and order; the same call goes on where it stopped',
    takes: [
      topic,
      { name: '<to>', description: 'URL of the other backend with its own login, or a profile' },
    ],
    options: [{ flags: '--as <name>', description: 'under another name' }, restart],
    examples: [
      {
        command: 'streams copy emails kafka://127.0.0.1:9092 -u redis://127.0.0.1:6379',
        does: 'from Redis to Kafka',
      },
    ],
    load: () => import('./copy.ts'),
  },
  {
    name: 'backup',
    summary: 'writes a topic to a file that is sealed by a checksum; the same call goes on where it stopped',
    takes: [topic, { name: '<file>', description: 'is made; <file>.part until it is complete' }],
    options: [restart],
    examples: [{ command: 'streams backup emails emails.backup', does: 'all that is stored now' }],
    load: () => import('./backup.ts'),
  },
  {
    name: 'restore',
    summary: 'stores the records of a sealed file again; the same call goes on where it stopped',
    takes: [{ name: '<file>', description: 'that backup wrote' }],
    options: [{ flags: '--as <name>', description: 'to a topic of another name' }, restart],
    examples: [
      { command: 'streams restore emails.backup --as emails-again', does: 'creates the topic and fills it' },
    ],
    load: () => import('./restore.ts'),
  },
  {
    name: 'verify',
    summary: 'checks the seal of a file, and with --topic that a topic holds the same records',
    takes: [{ name: '<file>', description: 'that backup wrote' }],
    options: [{ flags: '--topic <name>', description: 'compare with this topic', completes: 'topic' }],
    examples: [
      { command: 'streams verify emails.backup', does: 'exit 1 when a byte of it has changed' },
      { command: 'streams verify emails.backup --topic emails', does: 'and that the topic still holds them' },
    ],
    load: () => import('./verify.ts'),
  },
];
