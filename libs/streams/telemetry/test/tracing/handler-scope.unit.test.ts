import { setTimeout as wait } from 'node:timers/promises';
import { context, createContextKey, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { beforeAll, describe, expect, it } from 'vitest';
import { manageContexts } from '../../src/tracing/contexts.ts';
import { HandlerScope } from '../../src/tracing/handler-scope.ts';

const active = (): string | undefined => trace.getSpanContext(context.active())?.spanId;
const span = (spanId: string): SpanContext => ({ traceId: '1'.repeat(32), spanId, traceFlags: 0 });

beforeAll(manageContexts);

/** Of handlers that returned at once so often that they share a context. */
function sharing(): HandlerScope {
  const scope = new HandlerScope();
  for (let count = 0; count < 1_001; count++) expect(scope.run(span('early'), active)).toBe('early');
  return scope;
}

describe.each([
  ['new', () => new HandlerScope()],
  ['that shares a context', sharing],
])('a handler scope, %s,', (_, open) => {
  it('goes on after a handler that throws, and one that runs another', () => {
    const scope = open();
    expect(() =>
      scope.run(span('a'), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(active()).toBeUndefined();
    const inner = (): string | undefined => scope.run(span('c'), active);
    expect(scope.run(span('b'), () => [active(), inner(), active()])).toEqual(['b', 'c', 'b']);
    expect(active()).toBeUndefined();
  });

  it('leaves alone what else is active', () => {
    const key = createContextKey('own');
    context.with(ROOT_CONTEXT.setValue(key, 'mine'), () => {
      expect(open().run(span('a'), active)).toBe('a');
      expect(context.active().getValue(key)).toBe('mine');
    });
  });

  it('shows no handler the span of another one, whatever is left running', async () => {
    const scope = open();
    const left: Promise<[string, string | undefined]>[] = [];
    const handle = (id: string, returned: boolean): Promise<void> | undefined => {
      left.push(wait(id.charCodeAt(0) % 3).then(() => [id, active()]));
      return returned ? wait(5) : undefined;
    };
    const all = ['a', 'b', 'c', 'd'].map((id) => scope.run(span(id), () => handle(id, id === 'c')));
    await Promise.all(all);
    for (const [id, seen] of await Promise.all(left)) expect([id, undefined]).toContain(seen);
  });
});

describe('a handler scope', () => {
  it('shows each handler its own span, whether it returns at once, later, or either', async () => {
    const scope = new HandlerScope();
    const seen: (string | undefined)[][] = [];
    const handle = (at: number, waits: boolean): Promise<void> | undefined => {
      const own = [active()];
      seen[at] = own;
      if (!waits) return undefined;
      return wait(5 - (at % 5)).then(() => {
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

  it('shows what a handler that always returned at once left running no span', async () => {
    const scope = sharing();
    const left: Promise<string | undefined>[] = [];
    const handle = (): void => {
      left.push(Promise.resolve().then(active));
    };
    for (const id of ['a', 'b', 'c']) scope.run(span(id), handle);
    expect(await Promise.all(left)).toEqual([undefined, undefined, undefined]);
  });

  it('shows the first promise after many handlers without any no span, and all others their own', async () => {
    const scope = sharing();
    const later = async (): Promise<string | undefined> => {
      await wait(1);
      return active();
    };
    const seen = ['a', 'b', 'c'].map((id) => scope.run(span(id), later));
    expect(await Promise.all(seen)).toEqual([undefined, 'b', 'c']);
  });
});
