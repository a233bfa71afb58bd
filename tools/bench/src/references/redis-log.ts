import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { Sample } from '../workload.ts';

const script = readFileSync(new URL('./hand-written-commit.lua', import.meta.url), 'utf8');
const hash = createHash('sha1').update(script).digest('hex');
const token = 'token';
const blockMs = 1_000;

export interface Entry {
  readonly id: string;
  readonly value: string;
}

/** What a careful person would write with ioredis: a stream a topic, a group a reader, a lock with a token. */
export class RedisLog implements Disposable {
  readonly redis: Redis;

  private constructor(redis: Redis) {
    this.redis = redis;
  }

  static async open(url: string): Promise<RedisLog> {
    const redis = new Redis(url, { protocol: 2, enableReadyCheck: false });
    await redis.call('SCRIPT', ['LOAD', script]);
    return new RedisLog(redis);
  }

  /** A group that reads from the beginning, whose owner holds the lock. */
  async join(stream: string, group: string): Promise<void> {
    await this.redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM').catch(ignoreBusyGroup);
    await this.redis.set(lockOf(stream, group), token);
  }

  async add(stream: string, values: readonly Sample[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const value of values) pipeline.xadd(stream, '*', 'key', value.key, 'value', JSON.stringify(value));
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }

  async range(stream: string, after: string, count: number): Promise<Entry[]> {
    return entriesOf(await this.redis.call('XRANGE', [stream, after, '+', 'COUNT', count]));
  }

  /** New entries; waits a while for the first when it may block. */
  async read(stream: string, group: string, { count, block }: ReadGroup): Promise<Entry[]> {
    const waiting = block ? ['BLOCK', blockMs] : [];
    const reply = await this.redis.call('XREADGROUP', [
      ...['GROUP', group, 'member', 'COUNT', count],
      ...waiting,
      ...['STREAMS', stream, '>'],
    ]);
    if (reply === null) return [];
    const [[, entries]] = reply as [[string, unknown]];
    return entriesOf(entries);
  }

  async acknowledge(stream: string, group: string, entries: readonly Entry[]): Promise<void> {
    await this.redis.xack(stream, group, ...entries.map(({ id }) => id));
  }

  /** One step: outputs and acknowledgements. */
  async commit(place: Place, entries: readonly Entry[], outputs: readonly Sample[]): Promise<void> {
    const { from, to, group } = place;
    const args = [hash, 3, from, to, lockOf(from, group), token, group, entries.length];
    for (const { id } of entries) args.push(id);
    for (const output of outputs) args.push(output.key, JSON.stringify(output));
    await this.redis.call('EVALSHA', args);
  }

  async remove(...streams: readonly string[]): Promise<void> {
    for (const stream of streams) {
      const locks = await this.redis.keys(lockOf(stream, '*'));
      await this.redis.unlink(stream, ...locks);
    }
  }

  [Symbol.dispose](): void {
    this.redis.disconnect();
  }
}

export interface ReadGroup {
  readonly count: number;
  readonly block: boolean;
}

export interface Place {
  readonly from: string;
  readonly to: string;
  readonly group: string;
}

function entriesOf(reply: unknown): Entry[] {
  return (reply as [string, string[]][]).map(([id, fields]) => ({ id, value: fields[3] ?? '' }));
}

function lockOf(stream: string, group: string): string {
  return `${stream}:${group}:lock`;
}

function ignoreBusyGroup(error: unknown): void {
  if (!String(error).includes('BUSYGROUP')) throw error;
}
