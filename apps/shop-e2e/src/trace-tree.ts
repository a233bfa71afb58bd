import type { Trace, TracedSpan } from '@millrace/testing';

/** A trace as a tree, and what hangs loose in it. */
export class TraceTree {
  readonly spans: readonly TracedSpan[];
  readonly #byId: ReadonlyMap<string, TracedSpan>;

  constructor({ spans }: Trace) {
    this.spans = spans;
    this.#byId = new Map(spans.map((span) => [span.id, span]));
  }

  /** Those whose parent is not in the trace. */
  get roots(): readonly TracedSpan[] {
    return this.spans.filter(({ parent }) => parent === undefined || !this.#byId.has(parent));
  }

  /** What leads from the root to each span, as `service: name` joined by ` > `. */
  get paths(): ReadonlySet<string> {
    return new Set(this.spans.map((span) => this.#path(span).join(' > ')));
  }

  named(service: string, name: string): readonly TracedSpan[] {
    return this.spans.filter((span) => span.service === service && span.name === name);
  }

  parentOf(span: TracedSpan): TracedSpan | undefined {
    return span.parent === undefined ? undefined : this.#byId.get(span.parent);
  }

  #path(span: TracedSpan): string[] {
    const parent = this.parentOf(span);
    return [...(parent ? this.#path(parent) : []), `${span.service}: ${span.name}`];
  }
}
