import type { Streams, Topic } from '@millrace/streams';
import type { Item } from '../member/items.ts';
import { waitFor } from './wait-for.ts';

/** A stream of items that goes on for as long as a test needs load. */
export interface Flow {
  readonly published: readonly Item[];
  publish(count: number): Promise<void>;
  /** Publishes on and on until the probe holds. */
  publishUntil(what: string, probe: () => boolean): Promise<void>;
}

const part = 20;

export function createFlow(streams: Streams, topic: Topic<Item>, keys: number): Flow {
  const published: Item[] = [];
  const publish = async (count: number): Promise<void> => {
    const items = Array.from({ length: count }, (_, index) => itemAt(published.length + index, keys));
    await streams.publish(topic, items, { acks: 'leader' });
    published.push(...items);
  };
  return {
    published,
    publish,
    publishUntil: async (what, probe) => {
      await waitFor(what, async () => {
        await publish(part);
        return probe();
      });
    },
  };
}

function itemAt(index: number, keys: number): Item {
  const key = `k${index % keys}`;
  const sequence = Math.floor(index / keys);
  return { id: `${key}-${sequence}`, key, sequence };
}
