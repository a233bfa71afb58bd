import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamsErrorCode } from '@millrace/streams';
import { connectionClosed, isNotReady, translate } from '../errors.ts';

const defaultConnectMs = 10_000;

/** Servers that reply and are not ready yet, because they load their data or their Cluster forms, get so many times longer. */
const longerForAnswering = 6;

/** One attempt, or one query to a node, must not use up the time for the others. */
export const attemptMs = 3_000;

const lookMs = 100;
const permanent: readonly StreamsErrorCode[] = ['UNAUTHORIZED', 'INVALID_ARGUMENT', 'UNSUPPORTED'];
const longestDelayMs = 1_000;

/** Decides how long a client that is being opened goes on trying; one that was open once retries forever. */
export class ConnectDeadline {
  readonly #milliseconds: number;
  /** Without any reply until then it is over. */
  #silentUntil: number;
  #until: number;

  /** `milliseconds` of silence end it. Default: 10,000. */
  constructor(milliseconds: number = defaultConnectMs) {
    this.#milliseconds = milliseconds;
    this.#silentUntil = performance.now() + milliseconds;
    this.#until = performance.now() + milliseconds * longerForAnswering;
  }

  /** Milliseconds until the next attempt; null: no more. */
  readonly retryDelay = (times: number): number | null => {
    if (this.#over()) return null;
    const longest = Number.isFinite(this.#until) ? this.#milliseconds / 4 : longestDelayMs;
    return Math.min(longest, longestDelayMs, 20 * 2 ** Math.min(times - 1, 8)) * (0.75 + Math.random() / 2);
  };

  retryForever(): void {
    this.#silentUntil = Number.POSITIVE_INFINITY;
    this.#until = Number.POSITIVE_INFINITY;
  }

  /** Resolves once the client is ready; rejects when it gives up or the time is over. */
  async ready(client: Connecting): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onReady = (): void => resolve();
    const giveUp = (): void => reject(connectionClosed());
    // What is refused once is refused always: a login, a database that the server has not got, a command.
    const onError = (error: unknown): void => {
      if (permanent.includes(translate(error, 'connecting').code)) reject(error);
    };
    // A Cluster is connected once a node has told its slots; a server when it accepts.
    const onConnect = (): void => {
      if (client.stream === undefined) this.#heard();
    };
    let last: Connecting['stream'];
    const timer = setInterval(() => {
      // A port that accepts and says nothing has not replied, nor has a server that hangs up on one client too many.
      const { status, stream } = client;
      if (status === 'connect' && (stream === undefined || (stream === last && stream.bytesRead > 0)))
        this.#heard();
      last = stream;
      if (this.#over()) giveUp();
    }, lookMs);
    client.on('connect', onConnect);
    client.on('ready', onReady);
    client.on('end', giveUp);
    for (const event of ['error', 'node error']) client.on(event, onError);
    // Its own promise settles with the first attempt.
    client.connect().catch(() => undefined);
    try {
      await promise;
    } finally {
      clearInterval(timer);
      client.off('connect', onConnect);
      client.off('ready', onReady);
      client.off('end', giveUp);
      for (const event of ['error', 'node error']) client.off(event, onError);
    }
  }

  /** Asks again what a server refuses that is still loading, until the time is over. */
  async retry<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let times = 1; ; times++) {
      try {
        return await ask();
      } catch (error) {
        if (isNotReady(error)) this.#heard();
        const delay = translate(error, 'connecting').retryable ? this.retryDelay(times) : null;
        if (delay === null) throw error;
        await sleep(delay);
      }
    }
  }

  #heard(): void {
    this.#silentUntil = Math.max(this.#silentUntil, performance.now() + this.#milliseconds);
  }

  #over(): boolean {
    return performance.now() >= Math.min(this.#silentUntil, this.#until);
  }
}

interface Connecting {
  /** `connect`: there is a connection, which is not ready yet. */
  readonly status: string;
  /** The connection of a client of one server. */
  readonly stream?: { readonly bytesRead: number };
  connect(): Promise<unknown>;
  on(event: string, listener: (error: unknown) => void): unknown;
  off(event: string, listener: (error: unknown) => void): unknown;
}
