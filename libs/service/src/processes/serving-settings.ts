import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { workspaceRoot } from '../config/workspace-root.ts';

export interface ServingSettings {
  /** Node's. */
  readonly flags: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const workspace = z.object({
  targetDefaults: z.object({
    serve: z.object({ options: z.object({ command: z.string(), env: z.record(z.string(), z.string()) }) }),
  }),
});

/**
 * How a service is run, by `nx serve`, `npm start` and a replay alike: small heaps collect often instead of growing, so
 * memory stays low and flat, and the C library gives back what is freed. It is written down in nx.json alone.
 */
export function servingSettings(environment: Environment): ServingSettings {
  const root = workspaceRoot();
  const { targetDefaults } = workspace.parse(JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8')));
  const { command, env } = targetDefaults.serve.options;
  return {
    flags: command.split(' ').flatMap((word) => (word.startsWith('--') ? [expand(word, environment)] : [])),
    variables: { ...env, NODE_COMPILE_CACHE: join(root, env.NODE_COMPILE_CACHE ?? '') },
  };
}

/** `${NAME:-default}`, as a shell does. */
function expand(word: string, environment: Environment): string {
  return word.replaceAll(
    /\$\{(\w+):-([^}]*)\}/g,
    (_, name: string, otherwise: string) => environment[name] || otherwise,
  );
}
