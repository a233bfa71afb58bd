import type { Retention } from '@millrace/streams';
import type { Client } from '../client/client.ts';
import { trim } from '../commands/trim.ts';
import type { TopicRegistry } from '../registry/topics.ts';

/** Removes what retention allows to be forgotten, from partitions that this process appends to. */
export class RetentionTrimmer {
  readonly #client: Client;
  readonly #topics: TopicRegistry;
  readonly #everyMs: number;
  readonly #due = new Map<string, readonly [topic: string, partition: number]>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(client: Client, topics: TopicRegistry, everyMs: number) {
    this.#client = client;
    this.#topics = topics;
    this.#everyMs = everyMs;
  }

  schedule(topic: string, partition: number): void {
    const { maxAgeMs, maxRecords } = this.#topics.retention(topic);
    if (this.#closed || (maxAgeMs === undefined && maxRecords === undefined)) return;
    this.#due.set(this.#topics.key(topic, partition), [topic, partition]);
    this.#timer ??= setTimeout(() => void this.#run(), this.#everyMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const due = [...this.#due];
    this.#due.clear();
    this.#timer = undefined;
    for (const [key, [topic]] of due) {
      try {
        await this.#forget(key, this.#topics.retention(topic));
      } catch {
        // The next append makes it due again.
      }
    }
  }

  async #forget(
    stream: string,
    { maxAgeMs, maxRecords, evenIfUnacknowledged = false }: Retention,
  ): Promise<void> {
    const connection = this.#client.connection();
    if (maxAgeMs !== undefined) {
      await trim(connection, {
        stream,
        before: `${Math.max(0, Date.now() - maxAgeMs)}-0`,
        evenIfUnacknowledged,
      });
    }
    while (maxRecords !== undefined && !this.#closed) {
      const { more } = await trim(connection, { stream, keep: maxRecords, evenIfUnacknowledged });
      if (!more) return;
    }
  }
}
