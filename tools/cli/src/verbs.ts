import type { Option, Verb } from './verb.ts';
import { copyingVerbs } from './verbs/copying/verbs.ts';
import { deadLetterVerbs } from './verbs/dead-letters/verbs.ts';
import { groupVerbs } from './verbs/groups/verbs.ts';
import { helpVerbs } from './verbs/help/verbs.ts';
import { recordVerbs } from './verbs/records/verbs.ts';
import { topicVerbs } from './verbs/topics/verbs.ts';

/** Every verb, in the order in which help lists them. */
export const verbs: readonly Verb[] = [
  ...topicVerbs,
  ...recordVerbs,
  ...groupVerbs,
  ...deadLetterVerbs,
  ...copyingVerbs,
  ...helpVerbs,
];

export const connectionOptions: readonly Option[] = [
  { flags: '-u, --url <url>', description: 'the backend: embedded:<file>, redis://…, kafka://…' },
  {
    flags: '--profile <name>',
    description: 'the backend by the name of a profile (streams profiles)',
    completes: 'profile',
  },
  { flags: '--namespace <name>', description: 'only topics and groups with this prefix, without it' },
  {
    flags: '--show-commands',
    description: 'print on standard error what is sent to Redis or Kafka',
  },
];

export const outputOptions: readonly Option[] = [
  { flags: '--json', description: 'a line of JSON for each value; its schema is in --help-json' },
];

/** What the lines of a verb's JSON say they are: the number goes up when a field is removed or changes its meaning. */
export function schemaName({ name }: Pick<Verb, 'name'>): string {
  return `${name.replaceAll(' ', '.')}/1`;
}
