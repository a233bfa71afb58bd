import type { Verdict } from './exercise.ts';
import type { Exercise } from './exercises.ts';
import { Lab } from './lab.ts';

/** Judges a file as the work of an exercise, on streams of its own. */
export async function check(exercise: Exercise, file: string, url: string): Promise<Verdict> {
  const judge = await exercise.load();
  await using lab = await Lab.open(url, file);
  const own = lab.work.topics ?? [];
  const rest = judge.topics.filter(({ name }) => !own.some((each) => each.name === name));
  await lab.streams.admin.ensureTopics([...own, ...rest]);
  return await judge.judge(lab);
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
