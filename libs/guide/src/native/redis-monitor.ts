import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './redis-client.ts';
import { openRedisClient } from './redis-client.ts';

export interface SentCommand {
  readonly text: string;
  /** Sent by a script on the server, not by a client. */
  readonly script: boolean;
}

const longest = 180;
const most = 200;

/** What a server's MONITOR shows of one run, which its namespace tells apart. */
export class RedisMonitor implements AsyncDisposable {
  readonly #client: RedisClient;
  readonly #monitors: Redis[] = [];
  readonly #namespace: string;
  #commands: SentCommand[] = [];
  #marks = new Set<string>();
  #nextMark = 0;

  private constructor(url: string, namespace: string) {
    this.#client = openRedisClient(url);
    this.#namespace = namespace;
  }

  static async open(url: string, namespace: string): Promise<RedisMonitor> {
    const monitor = new RedisMonitor(url, namespace);
    await monitor.#start();
    return monitor;
  }

  /** What was sent since the last call; complete up to this moment on every server that answers. */
  async take(): Promise<readonly SentCommand[]> {
    const mark = `${this.#namespace}-mark-${this.#nextMark++}`;
    this.#marks.delete(mark);
    await this.#send(mark);
    const taken = this.#commands;
    this.#commands = [];
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const monitor of this.#monitors) monitor.disconnect();
    this.#client.disconnect();
  }

  async #start(): Promise<void> {
    await this.#client.connect();
    const nodes = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client];
    for (const node of nodes) {
      const monitor = await node.monitor();
      monitor.on('error', () => undefined);
      monitor.on('monitor', (_time: string, parts: string[], source: string) => this.#hear(parts, source));
      this.#monitors.push(monitor);
    }
  }

  #hear(parts: readonly string[], source: string): void {
    if (parts[0]?.toLowerCase() === 'echo') return void this.#marks.add(parts[1] ?? '');
    if (!parts.some((part) => part.includes(this.#namespace)) || this.#commands.length >= most) return;
    this.#commands.push({ text: this.#write(parts), script: source === 'lua' || source.startsWith('lua') });
  }

  #write(parts: readonly string[]): string {
    const words = parts.map((part, index) => (index === 0 ? part.toUpperCase() : this.#quote(part)));
    const text = words.join(' ');
    return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  }

  #quote(part: string): string {
    const plain = part.replaceAll(`${this.#namespace}.`, '');
    return /^[\w:{}.$>*@~=-]+$/.test(plain) ? plain : JSON.stringify(plain);
  }

  /** Waits until MONITOR has shown the mark: all that was sent before it has been shown too. */
  async #send(mark: string): Promise<void> {
    if (this.#client instanceof Cluster || this.#monitors.length === 0) return;
    await this.#client.echo(mark);
    for (let turn = 0; turn < 200 && !this.#marks.has(mark); turn++) await new Promise(setImmediate);
    this.#marks.delete(mark);
  }
}
