import type { Acks, Driver } from '../driver.ts';
import { StreamsError } from '../errors.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { Observer } from '../observer.ts';
import type { Dedupe, External, RunOptions } from '../options.ts';
import type { Start } from '../position.ts';
import type { Partitioner } from '../producer-record.ts';
import { defaultRetry, type Retry } from '../retry.ts';
import type { Context, Route, StatefulContext } from '../routes.ts';
import { assertName } from '../topic.ts';

export type AnyRoute = Route<Context> | Route<StatefulContext>;

import type { Health } from './health.ts';

/** What a group member works by: the caller's options, checked, with every default filled in. */
export interface Settings {
  readonly group: string;
  readonly driver: Driver;
  readonly partitioner: Partitioner;
  readonly routes: ReadonlyMap<string, AnyRoute>;
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once' | 'external';
  readonly external: External | undefined;
  readonly dedupe: Dedupe | undefined;
  readonly stores: ReadonlySet<string>;
  /** Names of the topics that handlers may send to; undefined: any. */
  readonly outputs: ReadonlySet<string> | undefined;
  readonly start: Start;
  readonly concurrency: number;
  readonly batch: number;
  readonly batchBytes: number;
  readonly retry: Retry;
  readonly use: readonly Middleware[];
  readonly deadLetter: boolean;
  readonly deadLetterHeaders: RunOptions['deadLetterHeaders'];
  readonly acks: Acks;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly observer: Observer;
  readonly health: Health;
}

export function settingsOf(
  options: RunOptions,
  driver: Driver,
  partitioner: Partitioner,
): Omit<Settings, 'health'> {
  assertName('group', options.group);
  const routes = new Map<string, AnyRoute>();
  for (const route of options.routes) {
    if (routes.has(route.topic.name)) {
      throw invalid(options.group, `has two routes for topic ${route.topic.name}; give each topic one`);
    }
    routes.set(route.topic.name, route);
  }
  if (routes.size === 0) throw invalid(options.group, 'has no routes; give it at least one');
  if (options.mode === 'competing' && [...routes.values()].some((route) => route.kind === 'batch')) {
    throw invalid(
      options.group,
      'is competing, where messages are handled one by one; use on() instead of onBatch()',
    );
  }
  const { capabilities } = driver;
  if (
    options.mode === 'competing' &&
    options.delivery === 'exactly-once' &&
    capabilities.competing &&
    !capabilities.competingExactlyOnce
  ) {
    throw new StreamsError(
      'UNSUPPORTED',
      `group ${options.group} is competing and exactly-once: ${capabilities.lacks['competingExactlyOnce']}; use delivery 'at-least-once', or mode 'partitioned'`,
    );
  }
  const external = typeof options.delivery === 'object' ? options.delivery : undefined;
  return {
    group: options.group,
    driver,
    partitioner,
    routes,
    delivery: typeof options.delivery === 'object' ? 'external' : options.delivery,
    external,
    dedupe: 'dedupe' in options ? options.dedupe : undefined,
    stores: new Set('stores' in options ? options.stores?.map((store) => store.name) : []),
    outputs: options.outputs && new Set(options.outputs.map(({ name }) => name)),
    start: options.start ?? 'earliest',
    concurrency: atLeast(options.group, 'concurrency', options.concurrency ?? 1, 1),
    batch: atLeast(options.group, 'batch', options.batch ?? 500, 1),
    batchBytes: atLeast(options.group, 'batchBytes', options.batchBytes ?? 2 * 1024 * 1024, 1),
    retry: options.retry ?? defaultRetry,
    use: options.use ?? [],
    deadLetter: options.deadLetter ?? true,
    deadLetterHeaders: options.deadLetterHeaders,
    acks: options.acks ?? 'all',
    leaseMs: atLeast(options.group, 'leaseMs', options.leaseMs ?? 3000, 500),
    graceMs: atLeast(options.group, 'graceMs', options.graceMs ?? 10_000, 0),
    observer: options.observer ?? {},
  };
}

function atLeast(group: string, name: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw invalid(group, `has ${name} ${value}; give it a whole number of at least ${least}`);
}

function invalid(group: string, problem: string): StreamsError {
  return new StreamsError('INVALID_ARGUMENT', `group ${group} ${problem}`);
}
