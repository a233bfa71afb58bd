import { isStreamsError } from '@millrace/streams';
import type { Attributes } from '@opentelemetry/api';
import { type AttributeName, attributeNames } from '../attribute-names.ts';

export type Described = Readonly<Partial<Record<AttributeName, string | number | undefined>>>;

/** Attributes under their full names; those without a value are left out. */
export function attributes(described: Described): Attributes {
  const named: Attributes = {};
  for (const name in described) {
    const value = described[name as AttributeName];
    if (value !== undefined) named[attributeNames[name as AttributeName]] = value;
  }
  return named;
}

export type LinkReason = 'batch' | 'earlier-attempt' | 'cause';

/** A span as far as work ends it. */
export interface EndingSpan {
  /** Takes a code or a name. */
  fail(errorType: string): void;
  end(): void;
}

/** Says that it failed, and how, without the error's text: that may hold what was in the message. */
export function fail(span: EndingSpan, error: unknown): void {
  span.fail(typeOf(error));
}

/** Does work and ends the spans with it, whether it is synchronous or not. */
export function endingWith<Result>(spans: readonly EndingSpan[], work: () => Result): Result {
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
