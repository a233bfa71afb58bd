import { isStreamsError } from '@millrace/streams';
import { type Attributes, type Link, type Span, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import { type AttributeName, attributeNames } from '../attribute-names.ts';

export type Described = Readonly<Partial<Record<AttributeName, string | number | boolean | undefined>>>;

/** Attributes under their full names; those without a value are left out. */
export function attributes(described: Described): Attributes {
  const named: Attributes = {};
  for (const name in described) {
    const value = described[name as AttributeName];
    if (value !== undefined) named[attributeNames[name as AttributeName]] = value;
  }
  return named;
}

/** Why a span is linked: handled or sent together with it, the attempt before it, or what made it happen. */
export type LinkReason = 'batch' | 'earlier-attempt' | 'cause';

export function linkTo(context: SpanContext, reason: LinkReason): Link {
  return { context, attributes: attributes({ linkReason: reason }) };
}

/** Says that it failed, and how, without the error's text: that may hold what was in the message. */
export function fail(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttributes(attributes({ errorType: typeOf(error) }));
}

/** Does work and ends the spans with it, whether it is synchronous or not. */
export function endingWith<Result>(spans: readonly Span[], work: () => Result): Result {
  const end = (): void => {
    for (const span of spans) span.end();
  };
  const endFailed = (error: unknown): never => {
    for (const span of spans) fail(span, error);
    end();
    throw error;
  };
  let result: Result;
  try {
    result = work();
  } catch (error) {
    return endFailed(error);
  }
  if (!(result instanceof Promise)) {
    end();
    return result;
  }
  const ended = result.then((value) => {
    end();
    return value;
  }, endFailed);
  return ended as Result;
}

function typeOf(error: unknown): string {
  if (isStreamsError(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
