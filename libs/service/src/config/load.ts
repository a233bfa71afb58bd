import { resolve } from 'node:path';
import { resolveStreamsUrl } from '@millrace/streams';
import type { z } from 'zod';
import { ConfigError, type Environment, wrongVariable } from './config-error.ts';
import { type RawSharedConfig, type SharedConfig, sharedVariables } from './shared.ts';
import { workspaceRoot } from './workspace-root.ts';

export interface LoadOptions<Own> {
  readonly service: string;
  /** The port when PORT is not set. */
  readonly port: number;
  /** The service's own variables. */
  readonly own: z.ZodType<Own>;
  /** Where relative paths start; default: the workspace around the working directory. */
  readonly root?: string;
}

/** The checked configuration. Throws one ConfigError that names every wrong variable. An empty variable counts as unset. */
export function loadConfig<Own>(environment: Environment, options: LoadOptions<Own>): SharedConfig & Own {
  const given = withoutEmpty(environment);
  const shared = sharedVariables(options.port).safeParse(given);
  const own = options.own.safeParse(given);
  if (!shared.success || !own.success) {
    const issues = [...(shared.error?.issues ?? []), ...(own.error?.issues ?? [])];
    throw new ConfigError(
      options.service,
      issues.map((issue) => wrongVariable(issue, given)),
    );
  }
  return { ...own.data, ...resolvePaths(shared.data, options.root ?? workspaceRoot()) };
}

function resolvePaths(config: RawSharedConfig, root: string): SharedConfig {
  const DATA_DIR = resolve(root, config.DATA_DIR);
  const STREAMS_URL = resolveStreamsUrl(config.STREAMS_URL ?? `embedded:${DATA_DIR}/streams.db`, root);
  return { ...config, DATA_DIR, STREAMS_URL };
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
}
