import { decodeMessage } from '../decode.ts';
import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { HandlerResult } from './handler-result.ts';
import type { Settings } from './settings.ts';

/** Which messages of a lease were handled before: by what the backend remembers, and by what is on its way there. */
export class Deduper {
  readonly #settings: Settings;
  readonly #lease: Lease;
  readonly #unstored = new Set<string>();
  #known: ReadonlySet<string> = new Set();
  /** Stored after the backend was asked: its reply may not hold them. */
  #storedSince = new Set<string>();

  constructor(settings: Settings, lease: Lease) {
    this.#settings = settings;
    this.#lease = lease;
  }

  /** Asks the backend about a whole batch at once. */
  async prepare(deliveries: readonly Delivery[]): Promise<void> {
    if (!this.#settings.dedupe) return;
    this.#storedSince = new Set();
    const ids = deliveries.map((delivery) => this.#idOf(delivery)).filter((id) => id !== undefined);
    this.#known = ids.length === 0 ? new Set() : await this.#lease.knownDedupeIds(ids);
  }

  isRepeat(delivery: Delivery): boolean {
    if (!this.#settings.dedupe) return false;
    const id = this.#idOf(delivery);
    if (id === undefined || !this.#has(id)) return false;
    const route = this.#settings.routes.get(delivery.topic);
    if (route && this.#settings.observer.deduplicated) {
      this.#settings.observer.deduplicated({
        group: this.#settings.group,
        message: decodeMessage(route.topic, delivery),
      });
    }
    return true;
  }

  /** The deliveries that are no repeats, neither of handled messages nor of each other. */
  fresh(deliveries: readonly Delivery[]): readonly Delivery[] {
    if (!this.#settings.dedupe) return deliveries;
    const here = new Set<string>();
    return deliveries.filter((delivery) => {
      const id = this.#idOf(delivery);
      if (this.isRepeat(delivery) || (id !== undefined && here.has(id))) return false;
      if (id !== undefined) here.add(id);
      return true;
    });
  }

  /** The result of handled messages, with their ids to remember. */
  remember(deliveries: readonly Delivery[], result: HandlerResult): HandlerResult {
    if (!this.#settings.dedupe) return result;
    const dedupeIds = deliveries.map((delivery) => this.#idOf(delivery)).filter((id) => id !== undefined);
    for (const id of dedupeIds) this.#unstored.add(id);
    return { ...result, dedupeIds: [...new Set(dedupeIds)] };
  }

  stored(ids: readonly string[]): void {
    for (const id of ids) {
      this.#unstored.delete(id);
      this.#storedSince.add(id);
    }
  }

  #has(id: string): boolean {
    return this.#unstored.has(id) || this.#known.has(id) || this.#storedSince.has(id);
  }

  #idOf(delivery: Delivery): string | undefined {
    const by = this.#settings.dedupe?.by;
    if (!by) return delivery.headers.id;
    const route = this.#settings.routes.get(delivery.topic);
    if (!route) return undefined;
    try {
      return by(decodeMessage(route.topic, delivery));
    } catch {
      // Undecodable: its handling fails with the reason and sends it to the dead letters.
      return undefined;
    }
  }
}
