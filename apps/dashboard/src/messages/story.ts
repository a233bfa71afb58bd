import { partitionOf, type StoredRecord, type Streams } from '@millrace/streams';
import type { MessageStory } from '../api/messages.ts';
import { type Content, contentOf } from './content.ts';
import { readMerged } from './merged-read.ts';
import type { SearchContext } from './search.ts';

export interface StoryOptions {
  readonly topics: readonly string[];
  /** When to look, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly reveal: boolean;
  /** Where a trace can be looked at, with `{id}` for its id. */
  readonly traceUrl: string | undefined;
}

const readsAtOnce = 3;
const mostOfTopic = 30_000;
const mostSteps = 200;
const withinMs = 15_000;

/** Which messages belong together. */
export interface Tie {
  readonly by: MessageStory['by'];
  readonly id: string | null;
}

/** What ties a message to others: its trace where it has one, otherwise its order. */
export function tieOf(content: Content): Tie {
  const trace = traceOf(content.headers);
  if (trace !== undefined) return { by: 'trace', id: trace };
  const order = orderOf(content);
  return order === undefined ? { by: 'nothing', id: null } : { by: 'order', id: order };
}

function orderOf({ form, value }: Pick<Content, 'form' | 'value'>): string | undefined {
  if (form !== 'json' || typeof value !== 'object' || value === null) return undefined;
  const id: unknown = Reflect.get(value, 'orderId');
  return typeof id === 'string' ? id : undefined;
}

function traceOf(headers: Readonly<Record<string, string>>): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(headers['traceparent'] ?? '')?.[1];
}

/** Everything that belongs to an order or a trace, in the order in which it was stored. */
export async function storyOf(
  { streams, masks }: SearchContext,
  tie: Tie,
  self: Content | undefined,
  options: StoryOptions,
): Promise<MessageStory> {
  const signal = AbortSignal.timeout(withinMs);
  const found: Content[] = [];
  let looked = 0;
  const rest = [...options.topics];
  const readRest = async (): Promise<void> => {
    for (let topic = rest.shift(); topic !== undefined; topic = rest.shift()) {
      let ofTopic = 0;
      for await (const record of await recordsOf(streams, topic, tie, { ...options, signal })) {
        looked++;
        ofTopic++;
        const content = contentOf(record);
        if (belongs(content, tie) && found.length < mostSteps) found.push(content);
        if (ofTopic >= mostOfTopic) break;
      }
    }
  };
  if (tie.by !== 'nothing') await Promise.all(Array.from({ length: readsAtOnce }, readRest));
  else if (self) found.push(self);
  const order = new Map(options.topics.map((topic, index) => [topic, index]));
  found.sort((a, b) => a.timestamp - b.timestamp || (order.get(a.topic) ?? 0) - (order.get(b.topic) ?? 0));
  const at = found.findIndex((content) => self !== undefined && isSame(content, self));
  const trace = found.map(({ headers }) => traceOf(headers)).find((id) => id !== undefined);
  return {
    steps: found.map((content, index) => ({
      relation: index === at ? 'self' : index < at ? 'cause' : 'effect',
      message: masks.view(content, options.reveal),
    })),
    looked,
    ...tie,
    traceUrl: trace !== undefined && options.traceUrl ? options.traceUrl.replace('{id}', trace) : null,
  };
}

function belongs(content: Content, { by, id }: Tie): boolean {
  switch (by) {
    case 'trace':
      return traceOf(content.headers) === id;
    case 'order':
      return orderOf(content) === id;
    case 'nothing':
      return false;
    default:
      return by satisfies never;
  }
}

/** A topic that is keyed by order holds all of one order in one partition. */
const keyedByOrder: ReadonlySet<string> = new Set([
  'payment-results',
  'inventory-events',
  'stock-allocations',
  'inventory-results',
  'emails',
]);

async function recordsOf(
  streams: Streams,
  topic: string,
  { by, id }: Tie,
  { from, to, signal }: StoryOptions & { readonly signal: AbortSignal },
): Promise<AsyncIterable<StoredRecord>> {
  const { partitions } = await streams.admin.describe(topic);
  const numbers =
    by === 'order' && id !== null && keyedByOrder.has(topic)
      ? [partitionOf(id, partitions.length)]
      : partitions.map(({ partition }) => partition);
  return readMerged(streams, topic, {
    partitions: numbers.map((partition) => ({ partition, from: { at: new Date(from) } })),
    to: { at: new Date(to) },
    signal,
  });
}

function isSame(one: Content, other: Content): boolean {
  return one.topic === other.topic && one.partition === other.partition && one.offset === other.offset;
}
