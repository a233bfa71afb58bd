import {
  type Context,
  type ExactlyOnceOptions,
  type Message,
  on,
  type Route,
  type Running,
  type RunOptions,
  type Topic,
} from '@millrace/streams';
import type { Item } from '../member/items.ts';
import { waitFor } from './wait-for.ts';
import type { World } from './world.ts';

export interface Seen {
  readonly topic: string;
  readonly partition: number;
  readonly attempt: number;
  readonly item: Item;
}

/** A member in this process that remembers what it handled. */
export interface Recorder {
  readonly running: Running;
  readonly seen: readonly Seen[];
  items(): Item[];
}

type Handle = (message: Message<Item>, context: Context) => void | Promise<void>;

interface Options extends Partial<Omit<ExactlyOnceOptions, 'group' | 'routes' | 'delivery' | 'mode'>> {
  readonly delivery?: 'at-most-once' | 'at-least-once' | 'exactly-once';
  readonly mode?: 'partitioned' | 'competing';
}

/** A partitioned at-least-once member by default; `handle` runs before the message counts as seen. */
export async function record(
  world: World,
  group: string,
  topics: readonly Topic<Item>[],
  handle: Handle = () => undefined,
  options: Options = {},
): Promise<Recorder> {
  const seen: Seen[] = [];
  const handler: Handle = async (message, context) => {
    await handle(message, context);
    const { topic, partition, attempt, value } = message;
    seen.push({ topic, partition, attempt, item: value });
  };
  const routes = topics.map((topic) => on<Item, Context>(topic, handler));
  const running = await world.run(runOptions(group, routes, options));
  return { running, seen, items: () => seen.map(({ item }) => item) };
}

function runOptions(group: string, routes: readonly Route[], options: Options): RunOptions {
  const { delivery = 'at-least-once', mode = 'partitioned', ...rest } = options;
  const common = { deadLetter: true, ...rest, group, routes };
  if (delivery !== 'exactly-once') return { ...common, delivery, mode };
  return mode === 'partitioned' ? { ...common, delivery, mode } : { ...common, delivery, mode };
}

/** Resolves once the members hold all partitions, each one of them, evenly. */
export async function balanced(members: readonly Recorder[], partitions: number): Promise<void> {
  await waitFor(
    () => `${partitions} partitions are shared evenly, not as ${JSON.stringify(members.map(leasesOf))}`,
    () => {
      const shares = members.map(leasesOf);
      const sizes = shares.map(({ length }) => length);
      const all = shares.flat().toSorted((a, b) => a - b);
      return (
        all.length === partitions &&
        all.every((partition, index) => partition === index) &&
        Math.max(...sizes) - Math.min(...sizes) <= 1
      );
    },
  );
}

function leasesOf({ running }: Recorder): readonly number[] {
  return running.leases();
}
