import { decodeMessage } from './decode.ts';
import type { Message } from './message.ts';
import type { StoredRecord } from './record.ts';
import type { Topic } from './topic.ts';

type Result<Value> = IteratorResult<Message<Value>, undefined>;

const end = { done: true, value: undefined } as const;

/** The messages of runs of records, each decoded when it is asked for. A generator would cost twice as much a message. */
export class MessageIterator<Value> implements AsyncIterator<Message<Value>, undefined> {
  readonly #topic: Topic<Value>;
  readonly #runs: AsyncIterator<readonly StoredRecord[], void, undefined>;
  #run: readonly StoredRecord[] = [];
  #taken = 0;
  #left: number;
  /** Calls wait for each other: a run is fetched once. */
  #pulling: Promise<unknown> | undefined;

  constructor(
    topic: Topic<Value>,
    runs: AsyncIterator<readonly StoredRecord[], void, undefined>,
    limit: number = Number.POSITIVE_INFINITY,
  ) {
    this.#topic = topic;
    this.#runs = runs;
    this.#left = limit;
  }

  next(): Promise<Result<Value>> {
    if (this.#pulling || this.#left <= 0) return this.#later();
    const record = this.#run[this.#taken];
    if (!record) return this.#later();
    try {
      return Promise.resolve(this.#take(record));
    } catch (error) {
      return this.#fail(error);
    }
  }

  async return(): Promise<Result<Value>> {
    this.#left = 0;
    await this.#runs.return?.();
    return end;
  }

  #take(record: StoredRecord): Result<Value> {
    const message = decodeMessage(this.#topic, record);
    this.#taken += 1;
    this.#left -= 1;
    return { done: false, value: message };
  }

  #later(): Promise<Result<Value>> {
    const result = (this.#pulling ?? Promise.resolve()).then(() => this.#pull());
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (this.#pulling === settled) this.#pulling = undefined;
      });
    this.#pulling = settled;
    return result;
  }

  async #pull(): Promise<Result<Value>> {
    try {
      for (;;) {
        if (this.#left <= 0) return await this.return();
        const record = this.#run[this.#taken];
        if (record) return this.#take(record);
        const { done, value } = await this.#runs.next();
        if (done) this.#left = 0;
        this.#run = value ?? [];
        this.#taken = 0;
      }
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }
}
