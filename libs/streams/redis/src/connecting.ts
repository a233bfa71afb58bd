import { setTimeout as sleep } from 'node:timers/promises';
import { translate } from './errors.ts';

/** How long opening waits for a server that is away. */
export const defaultConnectMs = 10_000;

/** Decides how long a client that is being opened goes on trying; one that was open once tries for ever. */
export class Patience {
  #until: number;

  constructor(milliseconds: number) {
    this.#until = performance.now() + milliseconds;
  }

  /** Milliseconds until the next try; null: no more. */
  readonly retryDelay = (times: number): number | null =>
    performance.now() < this.#until ? retryDelay(times) : null;

  endless(): void {
    this.#until = Number.POSITIVE_INFINITY;
  }

  /** Resolves once the client is ready; rejects when it gives up or the time is over. */
  async ready(client: Connecting): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onReady = (): void => resolve();
    const giveUp = (): void => reject(new Error('Connection is closed.'));
    // A login that is refused once is refused always.
    const onError = (error: unknown): void => {
      if (translate(error, 'connecting').code === 'UNAUTHORIZED') reject(error);
    };
    const timer = setTimeout(giveUp, Math.max(0, this.#until - performance.now()));
    client.on('ready', onReady);
    client.on('end', giveUp);
    for (const event of ['error', 'node error']) client.on(event, onError);
    // Its own promise is settled by the first try already.
    client.connect().catch(() => undefined);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('end', giveUp);
      for (const event of ['error', 'node error']) client.off(event, onError);
    }
  }

  /** Asks again what a server refuses that is still loading, until the time is over. */
  async answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let times = 1; ; times++) {
      try {
        return await ask();
      } catch (error) {
        const delay = translate(error, 'connecting').retryable ? this.retryDelay(times) : null;
        if (delay === null) throw error;
        await sleep(delay);
      }
    }
  }
}

interface Connecting {
  connect(): Promise<unknown>;
  on(event: string, listener: (error: unknown) => void): unknown;
  off(event: string, listener: (error: unknown) => void): unknown;
}

function retryDelay(times: number): number {
  return Math.min(2_000, 20 * 2 ** Math.min(times - 1, 8)) * (0.75 + Math.random() / 2);
}
