import { StreamsError } from '@millrace/streams';
import type { Request } from '../wire/request.ts';
import type { RequestSender } from './broker-connection.ts';

/** A connection that others use too. Closing it ends what its own user waits for, and leaves the others alone. */
export class SharedConnection implements RequestSender {
  readonly #connection: RequestSender;
  readonly #waiting = new Set<(error: StreamsError) => void>();
  #closed: StreamsError | undefined;

  constructor(connection: RequestSender) {
    this.#connection = connection;
  }

  async request<Answer>(request: Request<Answer>): Promise<Answer> {
    if (this.#closed) throw this.#closed;
    const { promise: closed, reject } = Promise.withResolvers<never>();
    this.#waiting.add(reject);
    try {
      return await Promise.race([this.#connection.request(request), closed]);
    } finally {
      this.#waiting.delete(reject);
    }
  }

  close(): void {
    this.#closed ??= new StreamsError('UNAVAILABLE', 'Kafka: the connection is gone: closed');
    for (const reject of this.#waiting) reject(this.#closed);
    this.#waiting.clear();
  }
}
