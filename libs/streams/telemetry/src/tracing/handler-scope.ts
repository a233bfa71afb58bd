import { context, ROOT_CONTEXT, type SpanContext } from '@opentelemetry/api';
import { Below, below } from './below.ts';
import { activeContext, stayIn } from './contexts.ts';

/**
 * Of all handlers that return at once. It holds a span while one of them runs, and nobody else runs then; at all other
 * times it is as good as the root context, whoever is in it.
 */
const shared = new Below(undefined);

/** So many times a handler has to return at once before it is taken for one that always does. */
const learning = 1_000;

/**
 * Runs handlers of one kind in the context of their message. A context of its own for each costs more than an empty
 * handler, so those that return at once share one. A handler that has ever returned a promise always gets its own.
 * The first promise after a long time without any goes on without a trace, because others may be left in the shared context.
 */
export class HandlerScope {
  #alone = learning;

  run<Given extends readonly unknown[], Result>(
    span: SpanContext,
    work: (...given: Given) => Result,
    ...given: Given
  ): Result {
    if (this.#alone > 0 || !this.#enterShared()) return this.#runAlone(span, work, given);
    shared.enter(span);
    try {
      const result = work(...given);
      if (isThenable(result)) this.#neverShare();
      return result;
    } finally {
      shared.leave();
    }
  }

  #runAlone<Given extends readonly unknown[], Result>(
    span: SpanContext,
    work: (...given: Given) => Result,
    given: Given,
  ): Result {
    const result = context.with(below(span), () => work(...given));
    if (isThenable(result)) this.#neverShare();
    else this.#alone -= 1;
    return result;
  }

  /** False within another handler or where something else is active, which is not ours to put aside. */
  #enterShared(): boolean {
    const active = activeContext();
    if (active === shared) return !shared.entered;
    if (active !== ROOT_CONTEXT) return false;
    if (stayIn(shared)) return true;
    this.#neverShare();
    return false;
  }

  #neverShare(): void {
    this.#alone = Number.POSITIVE_INFINITY;
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value;
}
