import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from './exercise.ts';
import type { Exercise } from './exercises.ts';
import { Lab } from './lab.ts';

/** No exercise takes a quarter of it, on any backend. */
const longestMs = 120_000;

/** Judges a file as the work of an exercise, on streams of its own. A file that does not even run has not passed. */
export async function check(
  exercise: Exercise,
  file: string,
  url: string,
  deadlineMs: number = longestMs,
): Promise<Verdict> {
  const judge = await exercise.load();
  const loaded = await Lab.load(file).catch((error: unknown) => failed('the file cannot be loaded', error));
  if ('passed' in loaded) return loaded;
  await using lab = await Lab.open(url, file, loaded);
  const own = lab.work.topics ?? [];
  const rest = judge.topics.filter(({ name }) => !own.some((each) => each.name === name));
  await lab.streams.admin.ensureTopics([...own, ...rest]);
  const inTime = new AbortController();
  const late = sleep(deadlineMs, undefined, { signal: inTime.signal }).then(() =>
    failed('the work was not done in time', `${deadlineMs / 1_000} seconds are over`),
  );
  try {
    return await Promise.race([judge.judge(lab), late]);
  } catch (error) {
    return failed('the work ended with an error', error);
  } finally {
    inTime.abort();
    late.catch(() => undefined);
  }
}

function failed(what: string, error: unknown): Verdict {
  const reason = error instanceof Error ? error.message : String(error);
  return { passed: false, found: `${what}: ${reason}`, why: 'Mend that first: nothing else can be judged.' };
}

export function each(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `order-${index + 1}`);
}

/** Those of the wanted that are missing, and those that are there more than once. */
export function compare(
  wanted: readonly string[],
  found: readonly string[],
): { readonly missing: string[]; readonly repeated: string[] } {
  const counts = new Map<string, number>();
  for (const about of found) counts.set(about, (counts.get(about) ?? 0) + 1);
  return {
    missing: wanted.filter((about) => !counts.has(about)),
    repeated: [...counts].filter(([, count]) => count > 1).map(([about]) => about),
  };
}

export function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
