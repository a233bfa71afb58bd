import { decodeMessage, type Message } from '../decode.ts';
import { runChain } from '../middleware/middleware.ts';
import type { Position } from '../position.ts';
import type { Delivery } from '../record.ts';
import type { BatchRoute } from '../routes.ts';
import { acknowledgedOnly, type HandlerResult } from './handler-result.ts';
import { MessageContext } from './message-context.ts';
import type { StateKey } from './preload.ts';
import type { AnyRoute, Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';
import type { WorkItem } from './work-item.ts';

export interface AttemptTools {
  readonly settings: Settings;
  readonly abortHandlers: AbortSignal;
  /** Undefined where the delivery mode has no keyed state. */
  readonly state?: StateCache | undefined;
  /** Hears what a handler had to load by itself, so that the next batch can load it at once. */
  readonly missedState?: (delivery: Delivery, misses: readonly StateKey[]) => void;
  /** The positions that the handlers have saved, by topic, in groups with external positions. */
  readonly savedPositions?: Map<string, Position>;
}

const none: readonly never[] = [];

/**
 * One attempt of an item's `fresh` messages (all of it, less the repeats); throws what the handler throws or INVALID_RECORD.
 * Synchronous when the handler is and nothing is round it.
 */
export function attemptHandler(
  tools: AttemptTools,
  item: WorkItem,
  fresh: readonly Delivery[],
): HandlerResult | Promise<HandlerResult> {
  const { route } = item;
  switch (route.kind) {
    case 'message': {
      const message = messageOf(route, item.deliveries[0] as Delivery, item.attempt);
      const handle = (signal: AbortSignal) => handleMessage({ tools, item, signal }, route, message);
      return withMiddleware(tools, item, { messages: [message], handle });
    }
    case 'batch': {
      const messages = fresh.map((delivery) => messageOf(route, delivery, item.attempt));
      const handle = (signal: AbortSignal) => handleBatch({ tools, item, signal }, route, messages);
      return withMiddleware(tools, item, { messages, handle });
    }
    default:
      return unknownRoute(route);
  }
}

interface Handling {
  readonly messages: readonly Message<unknown>[];
  readonly handle: (signal: AbortSignal) => HandlerResult | Promise<HandlerResult>;
}

function withMiddleware(
  { settings, abortHandlers }: AttemptTools,
  item: WorkItem,
  { messages, handle }: Handling,
): HandlerResult | Promise<HandlerResult> {
  const { use, group } = settings;
  if (use.length === 0) return handle(abortHandlers);
  const { topic, partition } = item.deliveries.at(-1) as Delivery;
  let calls = 0;
  let result: HandlerResult | undefined;
  const call = { group, topic, partition, messages, signal: abortHandlers };
  return runChain(use, call, async (signal) => {
    calls += 1;
    const own = calls;
    result = undefined;
    const handled = await handle(signal);
    // A handler that was given up on, as after a timeout, may end after the one that was called in its place.
    if (own === calls) result = handled;
  }).then(() => {
    calls += 1;
    return result ?? acknowledgedOnly(item.deliveries);
  });
}

interface HandlerAttempt {
  readonly tools: AttemptTools;
  readonly item: WorkItem;
  readonly signal: AbortSignal;
}

function handleMessage(
  attempt: HandlerAttempt,
  route: Extract<AnyRoute, { kind: 'message' }>,
  message: Message<unknown>,
): HandlerResult | Promise<HandlerResult> {
  const { tools, item, signal } = attempt;
  const delivery = item.deliveries[0] as Delivery;
  const context = new MessageContext(tools.settings, delivery, signal, tools.state);
  const returned = route.handler(message, context);
  // A handler typed to return nothing may return anything, as in `(message) => list.push(message)`.
  if (!isPromiseLike(returned)) return finish(tools, context, item);
  return Promise.resolve(returned).then(() => finish(tools, context, item));
}

async function handleBatch(
  { tools, item, signal }: HandlerAttempt,
  route: BatchRoute,
  messages: readonly Message<unknown>[],
): Promise<HandlerResult> {
  const { topic, partition, offset } = item.deliveries.at(-1) as Delivery;
  const last = { topic, partition, offset };
  const context = new MessageContext(tools.settings, last, signal, undefined);
  await route.handler(messages, {
    signal,
    send: context.send,
    forward: context.forward,
    topic,
    partition,
    previous: tools.savedPositions?.get(topic),
    last,
  });
  tools.savedPositions?.set(topic, last);
  return finish(tools, context, item);
}

function messageOf(route: AnyRoute, delivery: Delivery, attempt: number): Message<unknown> {
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
