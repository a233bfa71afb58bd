import type { Message } from './decode.ts';
import { decodeMessage } from './decode.ts';
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
  /** How many messages may follow those of the run. */
  #left: number;
  /** Calls that wait for a run, each for the one before it: a run is fetched once. */
  #waiting = 0;
  #last: Promise<unknown> | undefined;

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
    const record = this.#run[this.#taken];
    if (record === undefined || this.#waiting > 0) return this.#later();
    try {
      return Promise.resolve(this.#take(record));
    } catch (error) {
      return this.#fail(error);
    }
  }

  async return(): Promise<Result<Value>> {
    this.#begin([]);
    this.#left = 0;
    await this.#runs.return?.();
    return end;
  }

  #take(record: StoredRecord): Result<Value> {
    const message = decodeMessage(this.#topic, record);
    this.#taken += 1;
    return { done: false, value: message };
  }

  #begin(run: readonly StoredRecord[]): void {
    this.#run = run.length > this.#left ? run.slice(0, this.#left) : run;
    this.#left -= this.#run.length;
    this.#taken = 0;
  }

  #later(): Promise<Result<Value>> {
    this.#waiting += 1;
    const result = this.#pull(this.#last);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #pull(earlier: Promise<unknown> | undefined): Promise<Result<Value>> {
    try {
      await earlier;
      for (;;) {
        const record = this.#run[this.#taken];
        if (record) return this.#take(record);
        if (this.#left <= 0) return await this.return();
        const { done, value } = await this.#runs.next();
        if (done) this.#left = 0;
        this.#begin(value ?? []);
      }
    } catch (error) {
      return await this.#fail(error);
    } finally {
      // Before whoever waits for this result can ask for the next message, which then need not wait.
      this.#waiting -= 1;
    }
  }

  async #fail(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }
}
