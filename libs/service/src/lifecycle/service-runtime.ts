import { setTimeout as sleep } from 'node:timers/promises';
import { groupMetrics, measureBacklog } from '@millrace/streams-telemetry';
import { fullDiskProblem } from '../config/full-disk.ts';
import { logGroups } from '../observers/log-groups.ts';
import { observeBoth } from '../observers/observe-both.ts';
import type { Service, ServiceContext, ServiceDefinition } from '../service.ts';
import type { DeferredStreams } from './deferred-streams.ts';
import { retryWithLog } from './retry-with-log.ts';
import { StreamsConnection } from './streams-connection.ts';
import { SupervisedGroup } from './supervised-group.ts';

const readinessCheckMs = 20;

export interface ServiceRuntimeOptions {
  readonly context: ServiceContext<unknown>;
  readonly streams: DeferredStreams;
  readonly topics: Service<unknown>['topics'];
  readonly definition: ServiceDefinition;
}

/** What a service does beside answering HTTP: reach the backend, prepare, join the groups, work in the background. */
export class ServiceRuntime {
  readonly #options: ServiceRuntimeOptions;
  readonly #connection: StreamsConnection;
  #phase: string | undefined = 'not prepared yet';
  #groups: readonly SupervisedGroup[] = [];
  #background: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceRuntimeOptions) {
    this.#options = options;
    this.#connection = new StreamsConnection(options.context, options.definition.onNotice);
  }

  /** Resolves once nothing is missing; rejects when something failed that no waiting mends. */
  begin(onReady: () => void): Promise<void> {
    const ready = this.#begin().then(onReady);
    // Whoever waits learns of it; that nobody waits is no error.
    ready.catch(() => undefined);
    return ready;
  }

  /** Why the service cannot work now; empty when it can. */
  readinessProblems(): readonly string[] {
    if (this.#options.context.stopping.aborted) return ['stopping'];
    const reasons = [
      this.#connection.readinessProblem(),
      this.#phase,
      ...this.#groups.map((group) => group.readinessProblem()),
      this.#options.definition.readinessProblem?.(),
      fullDiskProblem(this.#options.context.config),
    ];
    return reasons.filter((reason) => reason !== undefined);
  }

  /** Drains the groups and waits for the background work, whose signal has aborted. */
  async stop(): Promise<void> {
    await Promise.all([...this.#groups.map((group) => group.stop()), this.#background]);
  }

  async #begin(): Promise<void> {
    const { context, streams, topics, definition } = this.#options;
    const { log, stopping } = context;
    streams.connect(await this.#connection.open(topics));
    const { onStart } = definition;
    const onProblem = (problem: string | undefined): void => {
      this.#phase = `not prepared yet${problem === undefined ? '' : `: ${problem}`}`;
    };
    if (onStart)
      await retryWithLog(onStart, { what: 'prepare the service', log, signal: stopping, onProblem });
    stopping.throwIfAborted();
    this.#phase = undefined;
    this.#joinGroups();
    this.#background = Promise.all((definition.background ?? []).map((work) => work(stopping)));
    while (this.readinessProblems().length > 0)
      await sleep(readinessCheckMs, undefined, { signal: stopping });
  }

  #joinGroups(): void {
    const { context, streams, definition } = this.#options;
    const { LEASE_MS, GRACE_MS } = context.config;
    const observer = observeBoth(groupMetrics(context.metrics), logGroups(context.log));
    const shared = { leaseMs: LEASE_MS, graceMs: Math.round(GRACE_MS * 0.8) };
    const groups = definition.groups ?? [];
    this.#groups = groups.map((group) => {
      const own = { ...shared, ...group, observer: observeBoth(observer, group.observer) };
      return new SupervisedGroup(streams, own, context.log);
    });
    const own = groups.map(({ group }) => group);
    measureBacklog(context.metrics, () => streams.admin, definition.measuredGroups ?? (() => own));
  }
}
