import {
  type AtLeastOnceOptions,
  type BatchRoute,
  type Context,
  external,
  on,
  onBatch,
  type Route,
  type RunOptions,
  type StatefulContext,
  store,
} from '@millrace/streams';
import {
  countAndSend,
  type Handle,
  handleWith,
  sendOn,
  skipEffect,
  swellAndSend,
  swellState,
} from './effects.ts';
import { type Item, itemTopic } from './items.ts';
import { openLedger } from './ledger.ts';
import { savingHandler } from './saving.ts';
import type { GroupScript } from './script.ts';

type Common = Omit<AtLeastOnceOptions, 'delivery' | 'mode' | 'routes'>;

/** The script as the library's options. `epochs` tells the handlers the epoch of each partition held. */
export function runOptions(script: GroupScript, epochs: ReadonlyMap<number, number>): RunOptions {
  const common: Common = {
    group: script.group,
    concurrency: script.concurrency,
    batch: script.batch,
    leaseMs: script.leaseMs,
    graceMs: script.graceMs,
    retry: { attempts: script.attempts, delay: () => 1 },
    deadLetter: true,
  };
  const { mode, delivery } = script;
  switch (delivery) {
    case 'at-most-once':
    case 'at-least-once':
      return { ...common, mode, delivery, routes: plainRoutes(script, epochs) };
    case 'exactly-once':
      if (mode === 'competing') return { ...common, mode, delivery, routes: plainRoutes(script, epochs) };
      return {
        ...common,
        mode,
        delivery,
        routes: statefulRoutes(script, epochs),
        stores: 'store' in script.effect ? [store(script.effect.store)] : [],
        ...(script.dedupe > 0 && { dedupe: { window: { count: script.dedupe } } }),
      };
    case 'external':
      return { ...common, mode: 'partitioned', ...externalParts(script) };
    default:
      return unknownDelivery(delivery);
  }
}

function plainRoutes(script: GroupScript, epochs: ReadonlyMap<number, number>): Route[] {
  const handle = plainEffect(script, epochs);
  return script.topics.map((name) => on<Item, Context>(itemTopic(name), handleWith(script.mishaps, handle)));
}

function statefulRoutes(script: GroupScript, epochs: ReadonlyMap<number, number>): Route<StatefulContext>[] {
  const handle = statefulEffect(script, epochs);
  return script.topics.map((name) =>
    on<Item, StatefulContext>(itemTopic(name), handleWith(script.mishaps, handle)),
  );
}

function plainEffect({ effect }: GroupScript, epochs: ReadonlyMap<number, number>): Handle<Context> {
  if (effect.kind === 'copy') return sendOn(effect.to, epochs);
  if (effect.kind === 'swell') return swellAndSend(effect, epochs);
  return skipEffect;
}

function statefulEffect(script: GroupScript, epochs: ReadonlyMap<number, number>): Handle<StatefulContext> {
  const { effect } = script;
  if (effect.kind === 'count') return countAndSend(effect, epochs);
  const send = plainEffect(script, epochs);
  if (effect.kind !== 'swell') return send;
  const swell = swellState(effect);
  return async (message, context) => {
    await swell(message, context);
    await send(message, context);
  };
}

function externalParts(script: GroupScript): { delivery: ReturnType<typeof external>; routes: BatchRoute[] } {
  if (script.effect.kind !== 'save') throw new TypeError('external positions go with the effect "save"');
  const ledger = openLedger(script.effect.file);
  const handler = savingHandler(ledger, script.mishaps);
  return {
    delivery: external({ load: ledger.load }),
    routes: script.topics.map((name) => onBatch(itemTopic(name), script.batch, handler)),
  };
}

function unknownDelivery(never: never): never {
  throw new TypeError(`unknown delivery ${String(never)}`);
}
