/** A trace as Jaeger tells it. */
export interface Trace {
  readonly spans: readonly TracedSpan[];
}

export interface TracedSpan {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  /** The span's own id where it has a parent; undefined at the root of the trace. */
  readonly parent: string | undefined;
  /** Ids of spans that it follows from, in this trace or in another one. */
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

interface Answer {
  readonly data: readonly AnsweredTrace[] | null;
}

interface AnsweredTrace {
  readonly spans: readonly {
    readonly spanID: string;
    readonly processID: string;
    readonly operationName: string;
    readonly references: readonly { readonly refType: string; readonly spanID: string }[];
    readonly tags: readonly { readonly key: string; readonly value: string | number | boolean }[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

/** A trace by Jaeger's query API; undefined when it has not heard of it. */
export async function askForTrace(query: string, id: string): Promise<Trace | undefined> {
  const answer: Answer = JSON.parse(await (await fetch(`${query}/api/traces/${id}`)).text());
  const [found] = answer.data ?? [];
  return found && { spans: found.spans.map((span) => toSpan(span, found)) };
}

function toSpan(span: AnsweredTrace['spans'][number], { processes }: AnsweredTrace): TracedSpan {
  const references = (type: string): readonly string[] =>
    span.references.filter(({ refType }) => refType === type).map(({ spanID }) => spanID);
  return {
    id: span.spanID,
    service: processes[span.processID]?.serviceName ?? '',
    name: span.operationName,
    parent: references('CHILD_OF')[0],
    links: references('FOLLOWS_FROM'),
    attributes: Object.fromEntries(span.tags.map(({ key, value }) => [key, value])),
  };
}
