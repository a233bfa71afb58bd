import { setTimeout as delay } from 'node:timers/promises';
import { StreamsError } from '@millrace/streams';
import { readConfigs } from '../catalog/read-configs.ts';
import { translate } from '../client/errors.ts';
import { KafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { incrementalAlterConfigsRequest, type Resource } from '../wire/configs.ts';

/** What a group's members live by. */
export interface ShareGroupSettings {
  /** Milliseconds that a record stays acquired without a renewal. */
  readonly lockMs: number;
  /** A record that was delivered so often without being acknowledged is never delivered again. */
  readonly deliveryLimit: number;
  /** Those that were not so before. */
  readonly changed: readonly string[];
}

type Configs = ReadonlyMap<string, string | null>;

const lock = 'share.record.lock.duration.ms';
const deliveries = 'share.delivery.count.limit';
const isolation = 'share.isolation.level';
const start = 'share.auto.offset.reset';
const renewal = 'share.renew.acknowledge.enable';
const safety: readonly string[] = [deliveries, isolation, start, renewal];
/** What a broker has unless it was told otherwise. */
const usual = { minLockMs: 15_000, maxLockMs: 60_000, sessionMs: 45_000, heartbeatMs: 5_000, deliveries: 5 };
const appliedWithinMs = 10_000;
const pollMs = 5;

/**
 * Settles how the broker treats the group: only what is committed is delivered, records stay acquired for `leaseMs` or as near
 * to that as the broker allows, and are delivered as often as it allows; with `safety` only those are settled without which
 * records are lost, since members that have another `leaseMs` set other times. The broker's own dead letters stay as they are: off.
 */
export async function settleSettings(
  context: Context,
  group: string,
  leaseMs: number,
  which: 'all' | 'safety' = 'all',
): Promise<ShareGroupSettings> {
  const { cluster } = context;
  const [node = -1] = cluster.nodes;
  const broker = await configsOf(context, node, 'broker', String(node));
  const own = await configsOf(context, node, 'group', group);
  const limit = (name: string, ms: number): number => Number(broker.get(`group.share.${name}`) ?? ms);
  const between = (name: string, least: number, most: number): number =>
    Math.min(limit(`max.${name}`, most), Math.max(limit(`min.${name}`, least), leaseMs));
  const lockMs = between('record.lock.duration.ms', usual.minLockMs, usual.maxLockMs);
  const sessionMs = between('session.timeout.ms', usual.sessionMs, usual.sessionMs);
  const heartbeatMs = Math.max(
    limit('min.heartbeat.interval.ms', usual.heartbeatMs),
    Math.min(limit('max.heartbeat.interval.ms', usual.heartbeatMs), Math.floor(sessionMs / 9)),
  );
  const wanted = Object.entries({
    // Where it begins is settled before: what a topic gets later is read from its beginning.
    [start]: 'earliest',
    [isolation]: 'read_committed',
    [renewal]: 'true',
    [lock]: String(lockMs),
    [deliveries]: String(limit('max.delivery.count.limit', usual.deliveries)),
    'share.session.timeout.ms': String(sessionMs),
    'share.heartbeat.interval.ms': String(heartbeatMs),
    'share.assignment.interval.ms': String(limit('min.assignment.interval.ms', 0)),
  }).filter(([name]) => own.has(name));
  const changed = wanted.filter(
    ([name, value]) => own.get(name) !== value && (which === 'all' || safety.includes(name)),
  );
  if (changed.length > 0) await alter(context, group, Object.fromEntries(changed));
  const awaited = which === 'all' ? wanted : changed;
  if (awaited.length > 0)
    await Promise.all(cluster.nodes.map((each) => applied(context, each, group, awaited)));
  const set = Object.fromEntries(wanted);
  const deliveryLimit = Number(set[deliveries] ?? limit('delivery.count.limit', usual.deliveries));
  return { lockMs, deliveryLimit, changed: changed.map(([name]) => name) };
}

/** A member that joins says when records stay acquired for longer than it wants. */
export function reportLongLock(
  { notify }: Context,
  group: string,
  { leaseMs, lockMs }: { readonly leaseMs: number; readonly lockMs: number },
): void {
  if (lockMs <= leaseMs) return;
  notify({
    kind: 'retrying',
    message: `the broker allows the group ${group} no lock of ${leaseMs} ms: what a silent member holds goes to another one after ${lockMs} ms (group.share.min.record.lock.duration.ms sets the broker's limit)`,
    details: { group, leaseMs, lockMs },
  });
}

async function alter(
  { connections }: Context,
  group: string,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  await retry({ ms: retryWithinMs }, async () => {
    const { errorCode, explanation } = await connections.any(
      incrementalAlterConfigsRequest(group, 'group', configs),
    );
    if (errorCode === 0) return;
    const error = new KafkaError(errorCode, `the settings of the share group ${group}`, explanation);
    throw error.transient ? error : refusal(error, group, 'ALTER_CONFIGS');
  });
}

/** Brokers learn of settings one after another; what is fetched before would be fetched by the old ones. */
async function applied(
  context: Context,
  node: number,
  group: string,
  wanted: readonly (readonly [name: string, value: string])[],
): Promise<void> {
  const until = performance.now() + appliedWithinMs;
  for (;;) {
    const own = await configsOf(context, node, 'group', group);
    const missing = wanted.find(([name, value]) => own.get(name) !== value);
    if (!missing) return;
    if (performance.now() > until) {
      throw new StreamsError(
        'UNAVAILABLE',
        `the broker ${node} does not apply ${missing.join('=')} to the share group ${group}`,
      );
    }
    await delay(pollMs);
  }
}

async function configsOf(
  { connections }: Context,
  node: number,
  of: Resource,
  name: string,
): Promise<Configs> {
  try {
    const configs = await readConfigs(connections, name, { of, node });
    return new Map(configs.map((config) => [config.name, config.value]));
  } catch (error) {
    // A user who may not see the broker's limits goes by the usual ones.
    if (of === 'broker' && translate(error, '').code === 'UNAUTHORIZED') return new Map();
    throw refusal(error, name, 'DESCRIBE_CONFIGS');
  }
}

function refusal(error: unknown, group: string, right: string): unknown {
  const failure = translate(error, `the share group ${group} could not be set up`);
  if (failure.code !== 'UNAUTHORIZED') return error;
  return new StreamsError('UNAUTHORIZED', `${failure.message}: grant ${right} on the group ${group}`, {
    cause: error,
  });
}
