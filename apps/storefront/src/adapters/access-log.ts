import { setTimeout as sleep } from 'node:timers/promises';
import { type RequestLogged, webserverEvents } from '@millrace/events';
import type { Logger } from '@millrace/service';
import { exponential, type Streams } from '@millrace/streams';

const everyMs = 100;
/** Events that one write carries, and events that are kept while the backend is away. */
const perWrite = 500;
const kept = 20_000;
const backoff = exponential(everyMs, 5_000);

/** Publishes what is logged, in the background and in batches, so that no request waits for its own log line. */
export class AccessLog {
  readonly #streams: Streams;
  readonly #log: Logger;
  #waiting: RequestLogged[] = [];
  #dropped = 0;

  constructor(streams: Streams, log: Logger) {
    this.#streams = streams;
    this.#log = log;
  }

  add(request: RequestLogged): void {
    this.#waiting.push(request);
    if (this.#waiting.length <= kept) return;
    this.#waiting.shift();
    this.#dropped++;
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.flush();
        failures = 0;
      } catch (error) {
        failures++;
        this.#log.warn(
          { err: error, waiting: this.#waiting.length },
          'could not store the access log; trying again',
        );
      }
      await pause(failures === 0 ? everyMs : backoff(failures), signal);
    }
  }

  /** Stores everything that waits. */
  async flush(): Promise<void> {
    if (this.#dropped > 0) {
      this.#log.error(
        { dropped: this.#dropped },
        'access-log lines were dropped, the backend was away for too long',
      );
      this.#dropped = 0;
    }
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, perWrite);
      await this.#streams.publish(webserverEvents, batch, { acks: 'leader' });
      this.#waiting = this.#waiting.slice(batch.length);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    // Stopping.
  }
}
