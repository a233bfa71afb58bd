import type { Driver, Notice } from './driver.ts';
import { isStreamsError, StreamsError } from './errors.ts';
import type { Observer } from './observer.ts';
import type { RunOptions } from './options.ts';
import type { Partitioner } from './producer-record.ts';
import type { Running } from './running.ts';
import { awaitCaughtUp } from './runtime/caught-up.ts';
import { CompetingRun } from './runtime/competing-run.ts';
import { deadLetterTopic } from './runtime/dead-letter.ts';
import { partitionOf } from './runtime/failure.ts';
import { runPartitioned } from './runtime/group-run.ts';
import { Health } from './runtime/health.ts';
import { watchLeases } from './runtime/lease-watch.ts';
import { Lifecycle } from './runtime/lifecycle.ts';
import { retryWork } from './runtime/retry-work.ts';
import { type Settings, settingsOf } from './runtime/settings.ts';

/** Joins the group and starts to work; resolves once it is a member. A backend that is away is waited for. */
export async function run(driver: Driver, partitioner: Partitioner, options: RunOptions): Promise<Running> {
  const plain = settingsOf(options, driver, partitioner);
  const health = new Health(plain.group, plain.observer);
  const lifecycle = new Lifecycle(plain.group, plain.graceMs, health);
  const settings: Settings = { ...plain, health, observer: watched(plain.observer, lifecycle, health) };
  const deadLetters = deadLetterTopic(settings.group);
  const topics = [...settings.routes.keys()];
  const { stopFetching } = lifecycle;
  await retryWork(settings, stopFetching, () =>
    Promise.all([...(settings.outputs ?? [])].map((name) => driver.partitions(name))),
  );
  await retryWork(settings, stopFetching, () =>
    unlessTopicsMiss(settings, () => ensureDeadLetters(settings, topics, deadLetters.name)),
  );
  const common = {
    topics,
    start: settings.start,
    acks: settings.acks,
    leaseMs: settings.leaseMs,
    maxInFlight: settings.batch * 2,
  };
  let member: () => string;
  let work: Promise<void>;
  if (options.mode === 'competing') {
    const competing = await CompetingRun.enter(settings, lifecycle, () =>
      unlessTopicsMiss(settings, () => driver.compete(settings.group, common)),
    );
    member = () => competing.member;
    lifecycle.running();
    work = competing.work(deadLetters).catch((error: unknown) => lifecycle.fail(error));
  } else {
    const joinOptions = {
      ...common,
      commitKind: commitKindOf(settings),
      stores: [...settings.stores],
      dedupeWindow: settings.dedupe?.window.count ?? 0,
    };
    const membership = await retryWork(settings, stopFetching, () =>
      unlessTopicsMiss(settings, () => driver.join(settings.group, joinOptions)),
    );
    member = () => membership.member;
    const watch = watchLeases(settings, lifecycle);
    work = runPartitioned(settings, membership, lifecycle, deadLetters)
      .catch((error: unknown) => lifecycle.fail(error))
      .finally(() => watch[Symbol.dispose]());
  }
  const unsubscribe = driver.onNotice((notice) => follow(notice, settings.group, health));
  const finished = work.finally(unsubscribe).then(() => lifecycle.end());
  finished.catch(() => undefined);
  const stop = async (): Promise<void> => {
    lifecycle.stop();
    await work;
  };
  return {
    group: settings.group,
    get member() {
      return member();
    },
    leases: () => lifecycle.leases,
    state: () => lifecycle.state,
    lastError: () => health.lastError,
    caughtUp: (waiting) => awaitCaughtUp(settings, topics, waiting?.signal),
    finished,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function commitKindOf(settings: Settings): 'atomic' | 'positions' | 'external' {
  switch (settings.delivery) {
    case 'exactly-once':
      return 'atomic';
    case 'external':
      return 'external';
    case 'at-least-once':
    case 'at-most-once':
      return 'positions';
    default:
      return unknownDelivery(settings.delivery);
  }
}

async function ensureDeadLetters(settings: Settings, topics: readonly string[], name: string): Promise<void> {
  if (!settings.deadLetter) return;
  // Topics may have got more partitions since it was created: letters are placed within what it has.
  if (await exists(settings.driver, name)) return;
  const counts = await Promise.all(topics.map((topic) => settings.driver.partitions(topic)));
  await settings.driver.admin.ensureTopics([
    { name, partitions: Math.max(...counts), replicatedLike: topics },
  ]);
}

async function exists(driver: Driver, topic: string): Promise<boolean> {
  try {
    await driver.partitions(topic);
    return true;
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_TOPIC')) return false;
    throw error;
  }
}

/** What the driver tells of its connections and of this group shows in the member's state. */
function follow({ kind, message, details }: Notice, group: string, health: Health): void {
  switch (kind) {
    case 'disconnected':
      health.note('backend', new StreamsError('UNAVAILABLE', message));
      return;
    case 'reconnected':
      health.recover('backend');
      return;
    case 'group-degraded':
      if (details.group === group) health.note('member', new StreamsError('UNAVAILABLE', message));
      return;
    case 'group-recovered':
      if (details.group === group) health.recover('member');
      return;
    case 'records-lost':
    case 'rolled-back':
    case 'group-recreated':
    case 'retrying':
    case 'restoring':
    case 'unsafe-settings':
    case 'retention-changed':
    case 'incomplete-list':
      return;
    default:
      unknownNotice(kind);
  }
}

/** A commit shows that the group works, and that what the handlers of its partitions had to wait for is there again. */
function watched(observer: Observer, lifecycle: Lifecycle, health: Health): Observer {
  return {
    ...observer,
    committed: (event) => {
      lifecycle.running();
      if (health.degraded) {
        // What was stored was stored by the backend: it is there, whatever was last reported of its connections.
        health.recover('backend');
        for (const record of event.records) health.recover(partitionOf(record));
      }
      observer.committed?.(event);
    },
  };
}

function unknownNotice(kind: never): never {
  throw new TypeError(`unknown notice ${String(kind)}`);
}

function unknownDelivery(delivery: never): never {
  throw new TypeError(`unknown delivery ${String(delivery)}`);
}

/** UNAVAILABLE instead of UNKNOWN_TOPIC for a group that has run: a topic that it has read may come back, as after an outage. */
async function unlessTopicsMiss<Result>(
  { driver, group }: Settings,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isStreamsError(error, 'UNKNOWN_TOPIC') || !(await hasRun(driver, group))) throw error;
    throw new StreamsError(
      'UNAVAILABLE',
      `${error.message}; group ${group} has run before and waits for it`,
      {
        cause: error,
      },
    );
  }
}

async function hasRun(driver: Driver, group: string): Promise<boolean> {
  try {
    await driver.admin.describeGroup(group);
    return true;
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_GROUP')) return false;
    throw error;
  }
}
