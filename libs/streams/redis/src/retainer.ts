import type { Retention } from '@millrace/streams';
import type { Catalog } from './catalog.ts';
import type { Client } from './client.ts';
import { trim } from './commands/trim.ts';

/** Removes what retention allows to be forgotten, from partitions that this process appends to. */
export class Retainer {
  readonly #client: Client;
  readonly #catalog: Catalog;
  readonly #everyMs: number;
  readonly #due = new Map<string, readonly [topic: string, partition: number]>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(client: Client, catalog: Catalog, everyMs: number) {
    this.#client = client;
    this.#catalog = catalog;
    this.#everyMs = everyMs;
  }

  appended(topic: string, partition: number): void {
    const { maxAgeMs, maxRecords } = this.#catalog.retention(topic);
    if (this.#closed || (maxAgeMs === undefined && maxRecords === undefined)) return;
    this.#due.set(this.#catalog.key(topic, partition), [topic, partition]);
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
        await this.#forget(key, this.#catalog.retention(topic));
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
