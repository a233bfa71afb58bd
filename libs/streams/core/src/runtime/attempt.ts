import type { Message } from '../decode.ts';
import { decodeMessage } from '../decode.ts';
import type { Position } from '../position.ts';
import type { Delivery } from '../record.ts';
import type { BatchContext, BatchRoute } from '../routes.ts';
import type { HandlerResult } from './handler-result.ts';
import { MessageContext } from './message-context.ts';
import type { StateKey } from './preload.ts';
import type { AnyRoute, Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';
import type { WorkItem } from './work-item.ts';

export interface AttemptTools {
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Undefined where the delivery mode has no keyed state. */
  readonly state: StateCache | undefined;
  /** Hears what a handler had to load by itself, so that the next batch can load it at once. */
  readonly missedState?: (delivery: Delivery, misses: readonly StateKey[]) => void;
}

const none: readonly never[] = [];

type MessageRoute = Extract<AnyRoute, { kind: 'message' }>;

/**
 * One attempt of a item's `fresh` messages (all of it, less the repeats); throws what the handler throws or INVALID_RECORD.
 * Synchronous when the handler is.
 */
export function attemptHandler(
  tools: AttemptTools,
  item: WorkItem,
  fresh: readonly Delivery[],
): HandlerResult | Promise<HandlerResult> {
  const { route } = item;
  switch (route.kind) {
    case 'message':
      return attemptMessage(tools, route, item);
    case 'batch':
      return attemptBatch(tools, route, item, fresh);
    default:
      return unknownRoute(route);
  }
}

function attemptMessage(
  tools: AttemptTools,
  route: MessageRoute,
  item: WorkItem,
): HandlerResult | Promise<HandlerResult> {
  const delivery = item.deliveries[0] as Delivery;
  const message = messageOf(route, delivery, item.attempt);
  const context = new MessageContext(tools.settings, delivery, tools.signal, tools.state);
  const returned = route.handler(message, context);
  // A handler typed to return nothing may return anything, as in `(message) => list.push(message)`.
  if (!isPromiseLike(returned)) return finish(tools, context, item);
  return Promise.resolve(returned).then(() => finish(tools, context, item));
}

async function attemptBatch(
  tools: AttemptTools,
  route: BatchRoute,
  item: WorkItem,
  fresh: readonly Delivery[],
): Promise<HandlerResult> {
  const messages = fresh.map((delivery) => messageOf(route, delivery, item.attempt));
  const last = item.deliveries.at(-1) as Delivery;
  const context = new MessageContext(tools.settings, last, tools.signal, undefined);
  await route.handler(messages, batchContext(context, undefined, last));
  return finish(tools, context, item);
}

export function batchContext(
  context: MessageContext,
  previous: Position | undefined,
  last: Position,
): BatchContext {
  return {
    signal: context.signal,
    send: (topic, value, options) => context.send(topic, value, options),
    topic: last.topic,
    partition: last.partition,
    previous,
    last: { topic: last.topic, partition: last.partition, offset: last.offset },
  };
}

export function messageOf(route: AnyRoute, delivery: Delivery, attempt: number): Message<unknown> {
  return decodeMessage(route.topic, delivery, attempt);
}

function finish(tools: AttemptTools, context: MessageContext, item: WorkItem): HandlerResult {
  context.close();
  const first = item.deliveries[0] as Delivery;
  if (context.misses) tools.missedState?.(first, context.misses);
  const { outputs, writes, bytes } = context;
  return { acknowledged: item.deliveries, outputs, writes, dedupeIds: none, bytes };
}

function isPromiseLike(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function unknownRoute(route: never): never {
  throw new TypeError(`unknown kind of route ${JSON.stringify(route)}`);
}
