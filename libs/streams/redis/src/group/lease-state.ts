import type { Connection } from '../commands/script.ts';
import { dedupeKeys } from '../keys.ts';

const perCall = 5_000;

/** The values of these keys in their order. */
export async function loadState(
  connection: Connection,
  hash: string,
  keys: readonly string[],
): Promise<(string | undefined)[]> {
  const parts = await Promise.all(
    chunks(keys).map(async (part) => (await connection.call('HMGET', [hash, ...part])) as (string | null)[]),
  );
  return parts.flat().map((value) => value ?? undefined);
}

/** Which of the ids are in one of the two sets. */
export async function knownDedupeIds(
  connection: Connection,
  group: string,
  partition: number,
  ids: readonly string[],
): Promise<Set<string>> {
  const known = new Set<string>();
  await Promise.all(
    chunks(ids).flatMap((part) =>
      dedupeKeys(group, partition).map(async (set) => {
        const answers = (await connection.call('SMISMEMBER', [set, ...part])) as number[];
        answers.forEach((answer, index) => {
          if (answer === 1) known.add(part[index] as string);
        });
      }),
    ),
  );
  return known;
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / perCall) }, (_, index) =>
    items.slice(index * perCall, (index + 1) * perCall),
  );
}
