import type { CoordinatorKind } from '../client/cluster.ts';
import type { Connections } from '../client/connections.ts';
import { mayActLate } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Request } from '../wire/request.ts';

/**
 * What one transactional producer asks of coordinators, each request again until it is answered. A try without an answer
 * may still be on its way, and act on a later transaction of the same epoch: `lateOnes` says that there was one.
 */
export class CoordinatorRequests {
  readonly #connections: Connections;
  readonly #signal: AbortSignal | undefined;
  #lateOnes = false;

  /** `signal` ends all waiting. */
  constructor(connections: Connections, signal: AbortSignal | undefined) {
    this.#connections = connections;
    this.#signal = signal;
  }

  /** Some request of this epoch may reach its coordinator at any later time. */
  get lateOnes(): boolean {
    return this.#lateOnes;
  }

  /** The epoch has grown: whatever comes late is refused. */
  fenced(): void {
    this.#lateOnes = false;
  }

  async ask<Answer>(
    kind: CoordinatorKind,
    key: string,
    request: Request<Answer>,
    codeOf: (answer: Answer) => number,
  ): Promise<Answer> {
    return await retry({ ms: retryWithinMs, signal: this.#signal }, async () => {
      try {
        return await this.#connections.atCoordinator(kind, key, request, codeOf);
      } catch (error) {
        if (mayActLate(error)) this.#lateOnes = true;
        throw error;
      }
    });
  }
}
