import { setTimeout as sleep } from 'node:timers/promises';
import { exponential, type Running, type RunOptions, type Streams } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';

const backoff = exponential(250, 15_000);
/** A group that ran this long starts over with short pauses. */
const soundAfterMs = 60_000;

/** Keeps one group running: joins it, and joins again with growing pauses whenever it fails or ends by itself. */
export class SupervisedGroup {
  readonly #streams: Streams;
  readonly #options: RunOptions;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #running: Running | undefined;
  #failure: string | undefined;

  constructor(streams: Streams, options: RunOptions, log: Logger) {
    this.#streams = streams;
    this.#options = options;
    this.#log = log.child({ group: options.group });
    void this.#supervise();
  }

  /** Why the group does not work; undefined when it does. */
  readinessProblem(): string | undefined {
    const { group } = this.#options;
    const state = this.#running?.state() ?? 'joining';
    if (state === 'running') return undefined;
    return `group ${group} is ${state}${this.#failure === undefined ? '' : `, it failed: ${this.#failure}`}`;
  }

  /** Drains and leaves. A join that is still on its way ends with the streams. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running?.stop();
  }

  async #supervise(): Promise<void> {
    for (let failures = 1; !this.#stopping.signal.aborted; failures++) {
      const since = Date.now();
      try {
        await this.#runOnce();
        if (this.#stopping.signal.aborted) return;
        this.#log.warn('group ended, joining again');
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#failure = error instanceof Error ? error.message : String(error);
        this.#log.error({ err: error }, 'group failed, joining again');
      }
      if (Date.now() - since > soundAfterMs) failures = 1;
      await this.#pause(backoff(failures));
    }
  }

  async #runOnce(): Promise<void> {
    try {
      const running = await this.#streams.run(this.#options);
      this.#running = running;
      this.#log.info({ member: running.member }, 'group joined');
      if (this.#stopping.signal.aborted) await running.stop();
      else this.#failure = undefined;
      await running.finished;
    } finally {
      this.#running = undefined;
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, { signal: this.#stopping.signal });
    } catch {
      // Stopped in the pause.
    }
  }
}
