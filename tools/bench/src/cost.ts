import { readFile } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import { listenerOf, processorUsOf } from '@millrace/testing';
import { median } from './row.ts';

/** What a message cost; null for what cannot be known from here. */
export interface Cost {
  /** Microseconds of processor time in this process. */
  readonly clientUs: number;
  /** Microseconds of processor time in the first server that the URL names, when it runs on this machine. */
  readonly serverUs: number | null;
  /** Bytes of JavaScript objects allocated. */
  readonly allocated: number;
  /** Bytes and packets through the loopback interface, both ways: of everything that used it meanwhile. */
  readonly wire: number | null;
  readonly packets: number | null;
}

/** Measures what work costs beside a server. */
export class CostMeter {
  readonly #server: number | undefined;

  private constructor(server: number | undefined) {
    this.#server = server;
  }

  /** For the server of a streams URL; an embedded log has none. */
  static async of(url: string): Promise<CostMeter> {
    const port = /^[a-z+]+:\/\/(?:[^@/]*@)?[^/?#,]*?(?::(\d+))?(?:[/?#,]|$)/i.exec(url)?.[1];
    if (url.startsWith('embedded')) return new CostMeter(undefined);
    return new CostMeter(await listenerOf(Number(port ?? (url.startsWith('kafka') ? 9092 : 6379))));
  }

  async measure(messages: number, work: () => Promise<void>): Promise<Cost> {
    const before = await this.#sums();
    await work();
    const after = await this.#sums();
    const of = (name: keyof Cost): number | null => {
      const [from, to] = [before[name], after[name]];
      return from === null || to === null ? null : (to - from) / messages;
    };
    return costOf(of);
  }

  async #sums(): Promise<Cost> {
    const loopback = this.#server === undefined ? undefined : await loopbackCounters();
    const serverUs = this.#server === undefined ? null : await processorUsOf(this.#server);
    const { user, system } = process.cpuUsage();
    return {
      clientUs: user + system,
      serverUs,
      allocated: getHeapStatistics().total_allocated_bytes,
      wire: loopback?.bytes ?? null,
      packets: loopback?.packets ?? null,
    };
  }
}

/** The middle of each figure over the rounds. */
export function medianCost(costs: readonly Cost[]): Cost {
  const of = (name: keyof Cost): number | null => {
    const known = costs.map((cost) => cost[name]).filter((value) => value !== null);
    return known.length === 0 ? null : median(known);
  };
  return costOf(of);
}

function costOf(figure: (name: keyof Cost) => number | null): Cost {
  return {
    clientUs: figure('clientUs') ?? 0,
    serverUs: figure('serverUs'),
    allocated: figure('allocated') ?? 0,
    wire: figure('wire'),
    packets: figure('packets'),
  };
}

async function loopbackCounters(): Promise<{ readonly bytes: number; readonly packets: number } | undefined> {
  const table = await readFile('/proc/net/dev', 'utf8').catch(() => '');
  const [bytes, packets] = /^\s*lo:\s*(\d+)\s+(\d+)/m.exec(table)?.slice(1).map(Number) ?? [];
  return bytes === undefined || packets === undefined ? undefined : { bytes, packets };
}
