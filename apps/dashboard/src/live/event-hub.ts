import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

interface LiveEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

/** Events kept for whoever comes back: about a minute, or less where they are large. */
const kept = 300;
const mostKeptBytes = 4 * 1024 * 1024;
/** Whoever begins to watch is shown nothing that is older: what is true comes with the next look. */
const freshMs = 15_000;
/** A viewer that has this much unread misses events instead of filling memory. */
const mostUnreadBytes = 512 * 1024;

/**
 * Server-sent events for any number of viewers: each event is made and written out once, and all get the same text. Who
 * comes back with the last event's id gets what it missed, or begins with the newest of each name.
 */
export class EventHub {
  readonly #run = randomBytes(4).toString('hex');
  readonly #events: LiveEvent[] = [];
  readonly #newest = new Map<string, LiveEvent>();
  readonly #viewers = new Set<ServerResponse>();
  #number = 0;
  #keptBytes = 0;

  get viewers(): number {
    return this.#viewers.size;
  }

  send(name: string, data: unknown): void {
    const number = ++this.#number;
    const text = `id: ${this.#run}-${number}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    const event = { at: Date.now(), number, name, text };
    this.#events.push(event);
    this.#keptBytes += text.length;
    while (this.#events.length > kept || (this.#keptBytes > mostKeptBytes && this.#events.length > 1))
      this.#keptBytes -= this.#events.shift()?.text.length ?? 0;
    this.#newest.set(name, event);
    for (const viewer of this.#viewers) {
      if (viewer.writableLength < mostUnreadBytes) viewer.write(text);
    }
  }

  /** Writes to the response until it closes. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    for (const { text } of this.#missed(lastEventId)) response.write(text);
    this.#viewers.add(response);
    response.on('close', () => this.#viewers.delete(response));
    response.on('error', () => this.#viewers.delete(response));
  }

  close(): void {
    for (const viewer of this.#viewers) viewer.end();
  }

  #missed(lastEventId: string | undefined): readonly LiveEvent[] {
    const since = Date.now() - freshMs;
    const newest = [...this.#newest.values()]
      .filter(({ at }) => at >= since)
      .toSorted((one, other) => one.number - other.number);
    const [run, number] = (lastEventId ?? '').split('-');
    if (run !== this.#run) return newest;
    const last = Number(number);
    const missed = this.#events.filter((event) => event.number > last);
    return missed[0]?.number === last + 1 || missed.length === 0 ? missed : newest;
  }
}
