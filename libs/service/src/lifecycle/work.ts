import { setTimeout as sleep } from 'node:timers/promises';
import { groupMetrics, measureBacklog } from '@millrace/streams-telemetry';
import { logGroups } from '../observers/log-groups.ts';
import { observeBoth } from '../observers/observe-both.ts';
import type { Kit, Parts, Service } from '../service.ts';
import { Backend } from './backend.ts';
import { keepTrying } from './keep-trying.ts';
import type { LiveStreams } from './live-streams.ts';
import { SupervisedGroup } from './supervised-group.ts';

const readinessCheckMs = 20;

export interface WorkOptions {
  readonly kit: Kit<unknown>;
  readonly streams: LiveStreams;
  readonly topics: Service<unknown>['topics'];
  readonly parts: Parts;
}

/** What a service does beside answering HTTP: reach the backend, prepare, join the groups, work in the background. */
export class Work {
  readonly #options: WorkOptions;
  readonly #backend: Backend;
  #phase: string | undefined = 'not prepared yet';
  #groups: readonly SupervisedGroup[] = [];
  #background: Promise<unknown> = Promise.resolve();

  constructor(options: WorkOptions) {
    this.#options = options;
    this.#backend = new Backend(options.kit);
  }

  /** Resolves once nothing is missing; rejects when something failed that no waiting mends. */
  begin(onReady: () => void): Promise<void> {
    const ready = this.#begin().then(onReady);
    // Whoever waits learns of it; that nobody waits is no error.
    ready.catch(() => undefined);
    return ready;
  }

  /** Why the service cannot work now; empty when it can. */
  unready(): readonly string[] {
    if (this.#options.kit.stopping.aborted) return ['stopping'];
    const reasons = [
      this.#backend.unready(),
      this.#phase,
      ...this.#groups.map((group) => group.unready()),
      this.#options.parts.unready?.(),
    ];
    return reasons.filter((reason) => reason !== undefined);
  }

  /** Drains the groups and waits for the background work, whose signal has aborted. */
  async stop(): Promise<void> {
    await Promise.all([...this.#groups.map((group) => group.stop()), this.#background]);
  }

  async #begin(): Promise<void> {
    const { kit, streams, topics, parts } = this.#options;
    const { log, stopping } = kit;
    streams.connect(await this.#backend.open(topics));
    const { prepare } = parts;
    if (prepare) await keepTrying(prepare, { what: 'prepare the service', log, signal: stopping });
    stopping.throwIfAborted();
    this.#phase = undefined;
    this.#joinGroups();
    this.#background = Promise.all((parts.background ?? []).map((work) => work(stopping)));
    while (this.unready().length > 0) await sleep(readinessCheckMs, undefined, { signal: stopping });
  }

  #joinGroups(): void {
    const { kit, streams, parts } = this.#options;
    const { LEASE_MS, GRACE_MS } = kit.config;
    const observer = observeBoth(groupMetrics(kit.metrics), logGroups(kit.log));
    const shared = { leaseMs: LEASE_MS, graceMs: Math.round(GRACE_MS * 0.8) };
    const groups = parts.groups ?? [];
    this.#groups = groups.map((group) => {
      const own = { ...shared, ...group, observer: observeBoth(observer, group.observer) };
      return new SupervisedGroup(streams, own, kit.log);
    });
    const own = groups.map(({ group }) => group);
    measureBacklog(kit.metrics, () => streams.admin, parts.measuredGroups ?? (() => own));
  }
}
