import { setTimeout as delay } from 'node:timers/promises';
import { compareIds } from '../entries/ids.ts';
import { hasCode, isForbidden } from '../errors.ts';
import type { BlockingReader } from './blocking-reader.ts';

/** The longest that a blocked read keeps its connection without a reply, in milliseconds. */
export const longestBlockMs = 5_000;
/** Where a blocked read may not be interrupted (an ACL, a disabled command), new streams join it this late at most. */
const unassistedBlockMs = 50;
const returnMs = 2;
const retryMs = 20;
const longestRetryMs = 1_000;

interface Wait {
  readonly after: string;
  readonly resolve: () => void;
}

/**
 * Waits for new entries in any number of streams by one blocking XREAD. It only looks: what it sees is delivered to
 * nobody, so a paused member with such a read in flight takes nothing from the group.
 */
export class StreamWatcher {
  readonly #open: () => Promise<BlockingReader>;
  readonly #waits = new Map<string, Set<Wait>>();
  #reader: BlockingReader | undefined;
  #blocked = false;
  /** Streams joined that the read in flight does not cover. */
  #uncovered = false;
  #unblocking = false;
  #looping = false;
  #interruptible = true;
  #changed: (() => void) | undefined;
  #closed = false;

  constructor(open: () => Promise<BlockingReader>) {
    this.#open = open;
  }

  /** Resolves when the stream may have an entry after that id, or the signal aborts. May be early, never late. */
  arrival(stream: string, after: string, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waits = this.#waits.get(stream) ?? new Set();
      this.#waits.set(stream, waits);
      const done = (): void => {
        waits.delete(wait);
        if (waits.size === 0 && this.#waits.get(stream) === waits) this.#waits.delete(stream);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const wait = { after, resolve: done };
      waits.add(wait);
      signal.addEventListener('abort', done, { once: true });
      if (!this.#looping) void this.#loop();
      else this.#interrupt();
    });
  }

  close(): void {
    this.#closed = true;
    this.#reader?.close();
    this.#wakeAll();
    this.#changed?.();
  }

  async #loop(): Promise<void> {
    this.#looping = true;
    let failures = 0;
    while (!this.#closed && this.#waits.size > 0) {
      try {
        await this.#look();
        failures = 0;
      } catch (error) {
        if (this.#closed) break;
        if (hasCode(error, 'MOVED') || this.#reader?.usable === false) this.#drop();
        this.#wakeAll();
        await delay(Math.min(longestRetryMs, retryMs * 2 ** failures++));
      }
    }
    this.#looping = false;
    this.#wakeAll();
  }

  async #look(): Promise<void> {
    this.#reader ??= await this.#open();
    if (this.#closed) return this.#reader.close();
    if (this.#interruptible && !(await this.#reader.canInterrupt())) this.#interruptible = false;
    this.#uncovered = false;
    const streams = [...this.#waits.keys()];
    const ids = streams.map(
      (stream) => [...(this.#waits.get(stream) ?? [])].map(({ after }) => after).sort(compareIds)[0] ?? '$',
    );
    const block = this.#interruptible ? longestBlockMs : unassistedBlockMs;
    this.#blocked = true;
    let found: unknown;
    try {
      found = await this.#reader.read(['COUNT', 1, 'BLOCK', block, 'STREAMS', ...streams, ...ids]);
    } finally {
      this.#blocked = false;
    }
    if (!Array.isArray(found)) return;
    for (const [key] of found as [Buffer][]) this.#wake(key.toString());
    await this.#change(returnMs);
  }

  /** Gives those who were woken time to come back, so that the next read covers them from its beginning. */
  #change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, withinMs);
      this.#changed = finish;
      const clear = (): void => {
        this.#changed = undefined;
      };
      function finish(): void {
        clearTimeout(timer);
        clear();
        resolve();
      }
    });
  }

  #drop(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #wake(stream: string): void {
    for (const wait of [...(this.#waits.get(stream) ?? [])]) wait.resolve();
  }

  #wakeAll(): void {
    for (const stream of [...this.#waits.keys()]) this.#wake(stream);
  }

  #interrupt(): void {
    this.#changed?.();
    this.#uncovered = true;
    if (!this.#blocked || this.#unblocking || !this.#interruptible) return;
    this.#unblocking = true;
    setImmediate(() => void this.#unblock());
  }

  /** Repeated until the read is over: the server may see this before it sees the read. */
  async #unblock(): Promise<void> {
    try {
      while (this.#blocked && this.#uncovered && !this.#closed) {
        await this.#reader?.interrupt();
        await delay(1);
      }
    } catch (error) {
      if (isForbidden(error)) this.#interruptible = false;
    } finally {
      this.#unblocking = false;
    }
  }
}
