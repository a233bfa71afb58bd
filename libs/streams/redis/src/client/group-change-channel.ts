import type { Client, Subscriber } from './client.ts';

/** Changes in groups, as their members publish them. They only save time: members that hear nothing refresh soon anyway. */
export class GroupChangeChannel {
  readonly #client: Client;
  readonly #listeners = new Map<string, Set<() => void>>();
  #subscriber: Subscriber | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Returns how to stop listening. Resolves once the server will deliver, or has refused. */
  async listen(channel: string, listener: () => void): Promise<() => void> {
    this.#subscriber ??= this.#subscribe();
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    if (listeners.size === 1) await this.#subscriber.subscribe(channel).catch(() => undefined);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      this.#subscriber?.unsubscribe(channel).catch(() => undefined);
    };
  }

  #subscribe(): Subscriber {
    const subscriber = this.#client.subscriber();
    subscriber.on('message', (channel) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener();
    });
    subscriber.on('ready', () => {
      const channels = [...this.#listeners.keys()];
      if (channels.length > 0) subscriber.subscribe(...channels).catch(() => undefined);
    });
    return subscriber;
  }
}
