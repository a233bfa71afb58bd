import { type Context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';

/** A context in which this span is the parent; the root context without one. */
export function below(spanContext: SpanContext | undefined): Context {
  return spanContext ? new Below(spanContext) : ROOT_CONTEXT;
}

/** Every message has one and few are looked at. The API's own costs eight objects, this one costs itself. */
export class Below implements Context {
  #spanContext: SpanContext | undefined;
  #span: Span | undefined;

  constructor(spanContext: SpanContext | undefined) {
    this.#spanContext = spanContext;
  }

  /** Whether there is a span; without one it is as good as the root context. */
  get entered(): boolean {
    return this.#spanContext !== undefined;
  }

  enter(spanContext: SpanContext): void {
    this.#spanContext = spanContext;
  }

  leave(): void {
    this.#spanContext = undefined;
    this.#span = undefined;
  }

  getValue(key: symbol): unknown {
    if (key !== spanKey || !this.#spanContext) return undefined;
    this.#span ??= trace.wrapSpanContext(this.#spanContext);
    return this.#span;
  }

  setValue(key: symbol, value: unknown): Context {
    const own = this.#spanContext;
    return (own ? trace.setSpanContext(ROOT_CONTEXT, own) : ROOT_CONTEXT).setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return key === spanKey ? ROOT_CONTEXT : this;
  }
}

/** Under which the API looks for the active span; it does not say, but it asks. */
const spanKey: symbol = askedFor((context) => trace.getSpan(context));

function askedFor(ask: (context: Context) => unknown): symbol {
  let asked: symbol = Symbol('unknown');
  const listener: Context = {
    getValue: (key) => {
      asked = key;
    },
    setValue: () => listener,
    deleteValue: () => listener,
  };
  ask(listener);
  return asked;
}
