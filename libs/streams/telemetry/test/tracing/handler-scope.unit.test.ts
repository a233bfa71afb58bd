import { setTimeout as after } from 'node:timers/promises';
import { context, type SpanContext, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { beforeAll, describe, expect, it } from 'vitest';
import { HandlerScope } from '../../src/tracing/handler-scope.ts';

const active = (): string | undefined => trace.getSpanContext(context.active())?.spanId;
const span = (spanId: string): SpanContext => ({ traceId: '1'.repeat(32), spanId, traceFlags: 0 });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

describe('a handler scope', () => {
  it('shows each handler its own span, whether it returns at once, later, or either', async () => {
    const scope = new HandlerScope();
    const seen: (string | undefined)[][] = [];
    const handle = (at: number, waits: boolean): Promise<void> | undefined => {
      const own = [active()];
      seen[at] = own;
      if (!waits) return undefined;
      return after(5 - (at % 5)).then(() => {
        own.push(active());
      });
    };
    const waiting = [false, false, true, true, false, true, false, false, true, true];
    const all = waiting.map((waits, at) => scope.run(span(`s${at}`), () => handle(at, waits)));
    expect(active()).toBeUndefined();
    await Promise.all(all);
    expect(seen).toEqual(waiting.map((waits, at) => (waits ? [`s${at}`, `s${at}`] : [`s${at}`])));
    expect(active()).toBeUndefined();
  });

  it('goes on after a handler that throws, and one that runs another', () => {
    const scope = new HandlerScope();
    expect(() =>
      scope.run(span('a'), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    const inner = (): string | undefined => scope.run(span('c'), active);
    expect(scope.run(span('b'), () => [active(), inner(), active()])).toEqual(['b', 'c', 'b']);
    expect(active()).toBeUndefined();
  });

  it('shows what a handler left running no span, never that of another message', async () => {
    const scope = new HandlerScope();
    const left: Promise<string | undefined>[] = [];
    const handle = (): void => {
      left.push(Promise.resolve().then(active));
    };
    for (const id of ['a', 'b', 'c']) scope.run(span(id), handle);
    expect(await Promise.all(left)).toEqual([undefined, undefined, undefined]);
  });
});
