import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/decode.ts';
import { Rejected, StreamsError } from '../../src/errors.ts';
import { type HandlerLogEntry, log } from '../../src/middleware/log.ts';
import { type HandlerCall, type Middleware, runChain } from '../../src/middleware/middleware.ts';
import { retryInPlace } from '../../src/middleware/retry-in-place.ts';
import { throttle } from '../../src/middleware/throttle.ts';
import { timeout } from '../../src/middleware/timeout.ts';

const message = {
  topic: 'orders',
  partition: 3,
  offset: '41',
  key: 'secret-key',
  value: 'secret-value',
  headers: {},
  timestamp: 0,
  attempt: 2,
} as unknown as Message<unknown>;

function callOf(changes: Partial<HandlerCall> = {}): HandlerCall {
  const { signal } = new AbortController();
  return { group: 'payment', topic: 'orders', partition: 3, messages: [message], signal, ...changes };
}

describe('a chain', () => {
  const noting =
    (name: string, notes: string[]): Middleware =>
    async (_, next) => {
      notes.push(`${name} begins`);
      await next();
      notes.push(`${name} ends`);
    };

  it('runs its functions from the outside to the handler and back', async () => {
    const notes: string[] = [];
    await runChain([noting('a', notes), noting('b', notes)], callOf(), async () => {
      notes.push('handled');
    });
    expect(notes).toEqual(['a begins', 'b begins', 'handled', 'b ends', 'a ends']);
  });

  it('passes on a signal that one of them replaces', async () => {
    const other = AbortSignal.abort();
    const seen: AbortSignal[] = [];
    const replacing: Middleware = (_, next) => next(other);
    const looking: Middleware = ({ signal }, next) => {
      seen.push(signal);
      return next();
    };
    await runChain([replacing, looking], callOf(), async (signal) => void seen.push(signal));
    expect(seen).toEqual([other, other]);
  });
});

describe('retry', () => {
  const failing = (
    errors: readonly unknown[],
  ): { readonly calls: () => number; readonly next: () => Promise<void> } => {
    let calls = 0;
    const next = async (): Promise<void> => {
      const error = errors[calls++];
      if (error !== undefined) throw error;
    };
    return { calls: () => calls, next };
  };

  it('calls again until the handler succeeds', async () => {
    const { calls, next } = failing([new Error('first'), new Error('second')]);
    await retryInPlace({ attempts: 5, initialMs: 1 })(callOf(), next);
    expect(calls()).toBe(3);
  });

  it('throws the last error after its attempts', async () => {
    const { calls, next } = failing([new Error('first'), new Error('second'), new Error('third')]);
    await expect(retryInPlace({ attempts: 2, initialMs: 1 })(callOf(), next)).rejects.toThrow('second');
    expect(calls()).toBe(2);
  });

  it.each([
    new Rejected('never that one'),
    new StreamsError('UNAVAILABLE', 'the database is away'),
    new StreamsError('FENCED', 'somebody else has it'),
  ])('leaves to the group what another call cannot fix: $code', async (error) => {
    const { calls, next } = failing([error]);
    await expect(retryInPlace({ attempts: 5, initialMs: 1 })(callOf(), next)).rejects.toBe(error);
    expect(calls()).toBe(1);
  });

  it('ends when the group does', async () => {
    const stop = new AbortController();
    const next = async (): Promise<void> => {
      stop.abort();
      throw new Error('while it stopped');
    };
    const retrying = retryInPlace({ attempts: 5, initialMs: 600_000 })(callOf({ signal: stop.signal }), next);
    await expect(retrying).rejects.toThrow('while it stopped');
  });
});

describe('timeout', () => {
  it('leaves a handler alone that is quick enough', async () => {
    await timeout(600_000)(callOf(), async () => undefined);
    await expect(
      timeout(600_000)(callOf(), async () => {
        throw new Error('its own');
      }),
    ).rejects.toThrow('its own');
  });

  it('fails the attempt and aborts the signal of one that is not', async () => {
    let given: AbortSignal | undefined;
    const slow = timeout(5)(callOf(), (signal) => {
      given = signal;
      return new Promise(() => undefined);
    });
    await expect(slow).rejects.toMatchObject({
      code: 'HANDLER_FAILED',
      message: 'the handler of group payment for orders:3:41 took longer than 5 ms',
    });
    expect(given?.aborted).toBe(true);
  });

  it('passes on that the group ends', async () => {
    const stop = new AbortController();
    await timeout(600_000)(callOf({ signal: stop.signal }), async (signal) => {
      stop.abort();
      expect(signal?.aborted).toBe(true);
    });
  });
});

describe('throttle', () => {
  it('lets a burst through and makes what follows wait', async () => {
    const throttled = throttle({ perSecond: 0.001, burst: 2 });
    let handled = 0;
    const next = async (): Promise<void> => void handled++;
    await throttled(callOf(), next);
    await throttled(callOf(), next);
    const stop = new AbortController();
    const third = throttled(callOf({ signal: stop.signal }), next);
    expect(handled).toBe(2);
    stop.abort();
    await expect(third).rejects.toMatchObject({ code: 'BUSY', retryable: true });
    expect(handled).toBe(2);
  });

  it('counts every message of a batch', async () => {
    const throttled = throttle({ perSecond: 100 });
    const started = performance.now();
    await throttled(callOf({ messages: [message, message, message] }), async () => undefined);
    await throttled(callOf(), async () => undefined);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  });

  it.each([{ perSecond: 0 }, { perSecond: Number.NaN }, { perSecond: 1, burst: 0 }])(
    'refuses %o, which would let nothing through',
    (options) => {
      expect(() => throttle(options)).toThrow('lets nothing through');
    },
  );
});

describe('log', () => {
  it('has an entry for each attempt, without what is in the message', async () => {
    const entries: HandlerLogEntry[] = [];
    const logging = log((entry) => entries.push(entry));
    await logging(callOf(), async () => undefined);
    const error = new Error('no');
    await expect(logging(callOf(), () => Promise.reject(error))).rejects.toBe(error);
    const common = {
      group: 'payment',
      position: { topic: 'orders', partition: 3, offset: '41' },
      messages: 1,
      attempt: 2,
      durationMs: expect.any(Number),
    };
    expect(entries).toEqual([
      { outcome: 'handled', ...common },
      { outcome: 'failed', ...common, error },
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });
});
