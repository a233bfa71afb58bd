import { setTimeout as lasting } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isStreamsError, openStreams, retry, topic } from '@millrace/streams';
import { processorUsOf, residentBytesOf, socketsOf } from '@millrace/testing';
import { Members } from '../members/members.ts';
import type { MemberOrder } from '../members/order.ts';
import { removeAll } from '../ours/remove-all.ts';
import type { Sample } from '../workload.ts';
import type { Point } from './points.ts';

/** What a member costs at one point. */
export interface Figures {
  /** Messages handled a second, of all groups together, from the first one to the last commit. */
  readonly rate: number;
  /** Microseconds of the member's processor time for each of them. */
  readonly messageUs: number;
  /** Bytes of the member's memory after the work. */
  readonly memory: number;
  readonly sockets: number;
  /** Percent of a core that it uses while nothing comes. */
  readonly idle: number;
  /** Milliseconds from `run` to the last lease. */
  readonly joinMs: number;
  /** Milliseconds from the kill of one of two members until the other one holds everything; `leaseMs` of it are waited for. */
  readonly takeOverMs: number;
}

export interface GrowthOrder extends MemberOrder {
  readonly topics: readonly string[];
  readonly point: Point;
  readonly expected: { readonly leases: number; readonly messages: number };
}

/** Milliseconds that a dead member's leases last: the library's default. */
export const leaseMs = 3_000;
const program = fileURLToPath(new URL('./member.ts', import.meta.url));
const topics = ['one', 'two', 'three'];
/** What the work left to do, such as collecting garbage, is over after the first of these. */
const [settleMs, idleMs] = [2_000, 5_000];
/** Bytes of one publish, and its messages, at most. */
const [mostBytes, mostMessages] = [4e6, 500];

/** A fresh namespace, a member process that finds everything waiting, and a second one that takes over from it. */
export async function measurePoint(url: string, point: Point): Promise<Figures> {
  const namespace = `growth-${process.pid}-${Date.now().toString(36)}`;
  const leases = point.partitions * point.groups;
  const handled = point.messages * point.groups;
  const expected = { leases, messages: handled };
  const order: GrowthOrder = { url, namespace, batch: mostMessages, topics, point, expected };
  try {
    await fill(url, namespace, point);
    await using first = new Members(order, 1, program);
    const [pid = 0] = first.pids;
    await first.share(leases);
    await first.settle(handled);
    const { joinMs = Number.NaN, handledMs = Number.NaN, handledUs = Number.NaN } = first.measured;
    const [memory, sockets] = [await residentBytesOf(pid), await socketsOf(pid)];
    const idle = await idleOf(pid);
    return {
      ...{ rate: handled / (handledMs / 1_000), messageUs: handledUs / handled },
      ...{ memory, sockets, idle, joinMs },
      takeOverMs: await takeOver(first, order),
    };
  } finally {
    // Who was killed counts as a member until its lease has run out.
    await retry(() => removeAll(url, namespace), { deadlineMs: 10 * leaseMs, isRetryable: isActive });
  }
}

async function fill(url: string, namespace: string, point: Point): Promise<void> {
  const { partitions, messages, keys, bytes } = point;
  await using streams = await openStreams(url, { namespace });
  await streams.admin.ensureTopics(topics.map((name) => ({ name, partitions })));
  const inputs = topics.map((name) => topic<Sample>(name, { key: ({ key }) => key }));
  const text = 'x'.repeat(Math.max(1, bytes - 44));
  const batch = Math.max(1, Math.min(mostMessages, Math.floor(mostBytes / bytes)));
  for (let first = 0, turn = 0; first < messages; first += batch, turn += 1) {
    const values = Array.from({ length: Math.min(batch, messages - first) }, (_, index) => {
      const id = first + index;
      return { id, key: `key-${id % keys}`, text };
    });
    const input = inputs[turn % inputs.length];
    if (input) await streams.publish(input, values);
  }
}

/** Once both hold their share, one is killed. */
async function takeOver(first: Members, order: GrowthOrder): Promise<number> {
  const { leases } = order.expected;
  await using second = new Members(order, 1, program);
  // Each of the groups gives away half of its partitions, the smaller half of an odd number.
  await second.hold(order.point.groups * Math.floor(order.point.partitions / 2));
  const killed = performance.now();
  first.signal('SIGKILL');
  await second.share(leases);
  const took = performance.now() - killed;
  await second.end();
  return took;
}

function isActive(error: unknown): boolean {
  return isStreamsError(error, 'GROUP_ACTIVE');
}

async function idleOf(pid: number): Promise<number> {
  await lasting(settleMs);
  const [before, began] = [await processorUsOf(pid), performance.now()];
  await lasting(idleMs);
  const us = (await processorUsOf(pid)) - before;
  return us / 10 / (performance.now() - began);
}
