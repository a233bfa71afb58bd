import type { Client } from './client.ts';
import { StreamWatcher } from './stream-watcher.ts';

/** One watcher for all streams of a server; in a Cluster, where a command must stay in one slot, one for each partition number. */
export class StreamWatchers {
  readonly #client: Client;
  readonly #watchers = new Map<number, StreamWatcher>();

  constructor(client: Client) {
    this.#client = client;
  }

  of(stream: string, partition: number): StreamWatcher {
    const slot = this.#client.cluster ? partition : 0;
    let watcher = this.#watchers.get(slot);
    if (!watcher) {
      watcher = new StreamWatcher(() => this.#client.blockingReader(stream));
      this.#watchers.set(slot, watcher);
    }
    return watcher;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}
