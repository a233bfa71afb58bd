import { AsyncLocalStorage } from 'node:async_hooks';
import { context, type SpanContext } from '@opentelemetry/api';
import { Below, below } from './below.ts';

/**
 * Runs handlers in the context of their message. A context of its own for each costs more than an empty handler, so one
 * serves all those that return at once, one after the other. A handler that returns a promise keeps the one that it has.
 */
export class HandlerScope {
  #frame: Frame | undefined;
  #returnedPromise = false;

  run<Result>(span: SpanContext, work: () => Result): Result {
    if (this.#returnedPromise) return this.#runAlone(span, work);
    const frame = this.#frame ?? openFrame();
    if (!frame) return context.with(below(span), work);
    this.#frame = undefined;
    frame.below.enter(span);
    let keeps = false;
    try {
      const result = frame.enter(work);
      keeps = isThenable(result);
      return result;
    } finally {
      this.#returnedPromise = keeps;
      if (!keeps) {
        // Whatever a handler leaves running unseen finds no trace here, rather than the next message's.
        frame.below.leave();
        this.#frame = frame;
      }
    }
  }

  #runAlone<Result>(span: SpanContext, work: () => Result): Result {
    const result = context.with(below(span), work);
    this.#returnedPromise = isThenable(result);
    return result;
  }
}

/** A place in the asynchronous context that can be entered again, each time below another span. */
interface Frame {
  readonly below: Below;
  readonly enter: ReturnType<typeof AsyncLocalStorage.snapshot>;
}

/** Undefined where another's context manager is in charge that does not go by asynchronous local storage. */
function openFrame(): Frame | undefined {
  const own = new Below(undefined);
  const enter = context.with(own, () => AsyncLocalStorage.snapshot());
  return enter(() => context.active()) === own ? { below: own, enter } : undefined;
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value;
}
