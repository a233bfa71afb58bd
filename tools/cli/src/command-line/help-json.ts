import { outputSchemas } from '../output/schemas.ts';
import { connectionOptions, outputOptions, schemaName, verbs } from '../verbs.ts';

/** The whole command line as data: for the reference, for completion of editors, and for programs that call it. */
export function helpJson(): object {
  return {
    command: 'streams',
    exitCodes: { 0: 'done', 1: 'an item or a check failed', 2: 'wrong usage', 130: 'interrupted' },
    verbs: verbs.map((verb) => ({
      name: verb.name,
      summary: verb.summary,
      arguments: verb.takes.map(({ name, description }) => ({ name, description })),
      options: [...verb.options, ...(verb.offline ? [] : connectionOptions), ...outputOptions],
      examples: verb.examples,
      output: outputSchemas()[schemaName(verb)],
    })),
  };
}
