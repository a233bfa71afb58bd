import { setTimeout as delay } from 'node:timers/promises';
import { parseMonitorLine } from './monitor-line.ts';
import { redisAddresses } from './redis-client.ts';
import { RedisLines } from './redis-lines.ts';

export interface SentCommand {
  readonly text: string;
  /** Sent by a script on the server, not by a client. */
  readonly script: boolean;
  /** The same may be sent again and again. */
  readonly times: number;
  readonly ofTheBook: boolean;
}

const longest = 180;
/** Different ones that begin with the same word: looks at the progress of a slow run push nothing else out. */
const most = 100;
/** A server that shows nothing for so long is no longer waited for. */
const patienceMs = 5_000;
const againMs = 100;

/** What MONITOR shows of one run on every master, which its namespace tells apart. */
export class RedisMonitor implements AsyncDisposable {
  readonly #url: string;
  readonly #namespace: string;
  readonly #marks = new Map<string, () => void>();
  #open = new DisposableStack();
  #nodes: { readonly monitor: RedisLines; readonly marker: RedisLines }[] = [];
  readonly #commands = new Map<string, SentCommand>();
  readonly #ofWord = new Map<string, number>();
  #nextMark = 0;

  private constructor(url: string, namespace: string) {
    this.#url = url;
    this.#namespace = namespace;
  }

  /** Throws when a server is away or refuses MONITOR. */
  static async open(url: string, namespace: string): Promise<RedisMonitor> {
    const opened = new RedisMonitor(url, namespace);
    await opened.#connect();
    return opened;
  }

  /** Shows nothing of what is done meanwhile: large values cost a server more to show than to store. */
  async unheard(body: () => Promise<void>): Promise<void> {
    this.#open.dispose();
    this.#nodes = [];
    try {
      await body();
    } finally {
      await this.#connect();
    }
  }

  /** What was sent since the last call; complete up to this moment on every server that replies. */
  async take(): Promise<readonly SentCommand[]> {
    await Promise.all(this.#nodes.map((node) => this.#mark(node)));
    const taken = [...this.#commands.values()];
    this.#commands.clear();
    this.#ofWord.clear();
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open.dispose();
  }

  async #connect(): Promise<void> {
    using opening = new DisposableStack();
    const nodes: { readonly monitor: RedisLines; readonly marker: RedisLines }[] = [];
    for (const address of await redisAddresses(this.#url)) {
      const started = Promise.withResolvers<void>();
      const monitor = await RedisLines.open(address, (line) => {
        if (line.startsWith('-')) started.reject(new Error(line.slice(1)));
        else this.#hear(line);
      });
      opening.use(monitor);
      const marker = opening.use(await RedisLines.open(address, () => undefined));
      monitor.send('MONITOR');
      nodes.push({ monitor, marker });
      await Promise.race([started.promise, this.#mark({ monitor, marker })]);
    }
    this.#nodes = nodes;
    this.#open = opening.move();
  }

  /** Resolves once MONITOR has shown a mark: all that was sent before it has been shown too. */
  async #mark({ monitor, marker }: { monitor: RedisLines; marker: RedisLines }): Promise<void> {
    const mark = `${this.#namespace}-mark-${this.#nextMark++}`;
    const shown = Promise.withResolvers<void>();
    this.#marks.set(mark, shown.resolve);
    const settled = new AbortController();
    // One that overtook MONITOR itself is never shown.
    const sending = setInterval(() => marker.send('ECHO', mark), againMs);
    marker.send('ECHO', mark);
    try {
      const late = delay(patienceMs, undefined, { signal: settled.signal }).catch(() => undefined);
      await Promise.race([shown.promise, monitor.ended, marker.ended, late]);
    } finally {
      clearInterval(sending);
      settled.abort();
      this.#marks.delete(mark);
    }
  }

  #hear(line: string): void {
    const parsed = parseMonitorLine(line);
    if (!parsed) return;
    const { words, script } = parsed;
    if (words[0]?.toLowerCase() === 'echo') {
      this.#marks.get(words[1] ?? '')?.();
      return;
    }
    if (words.some((word) => word.includes(this.#namespace))) this.#count(this.#write(words), script);
  }

  #count(text: string, script: boolean): void {
    const known = this.#commands.get(text);
    const word = text.split(' ', 1)[0] ?? '';
    const ofWord = this.#ofWord.get(word) ?? 0;
    if (!known && ofWord >= most) return;
    if (!known) this.#ofWord.set(word, ofWord + 1);
    const first = known ?? { text, script, ofTheBook: isOfTheBook(text), times: 0 };
    this.#commands.set(text, { ...first, times: first.times + 1 });
  }

  #write(words: readonly string[]): string {
    const text = words.map((word, index) => (index === 0 ? word.toUpperCase() : this.#quote(word))).join(' ');
    return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  }

  #quote(word: string): string {
    const plain = this.#namespace === '' ? word : word.replaceAll(`${this.#namespace}.`, '');
    if (/^[\w:{}.$>*@~=+()-]+$/.test(plain)) return plain;
    // Both are quotes of redis-cli; texts of JSON are easier to read in these.
    return /^[^'\\\p{Cc}]+$/u.test(plain) && plain.includes('"') ? `'${plain}'` : JSON.stringify(plain);
  }
}

const commandsOfTheBook =
  /^(XADD|XREAD|XREADGROUP|XACK|XPENDING|XCLAIM|XAUTOCLAIM|XRANGE|XREVRANGE|XLEN|XINFO|XGROUP|XTRIM|XDEL|WAIT|WAITAOF|CLUSTER|MULTI|EXEC|SADD|SISMEMBER|SMEMBERS|HINCRBY)\b/i;
/** What consumers write of themselves for the claims, and what the library keeps, are no commands of the book. */
const ownKeys = / (journal:\{P0\}|millrace:)/;

function isOfTheBook(text: string): boolean {
  return commandsOfTheBook.test(text) && !ownKeys.test(text);
}
