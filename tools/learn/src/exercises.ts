import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Judge } from './exercise.ts';

const folder: string = join(import.meta.dirname, '..', 'exercises');

export interface Exercise {
  readonly number: number;
  /** Of the folder, such as `04-poison-message`. */
  readonly name: string;
  readonly start: string;
  readonly solution: string;
  readonly load: () => Promise<Judge>;
}

export const exercises: readonly Exercise[] = readdirSync(folder)
  .filter((name) => /^\d\d-/.test(name))
  .toSorted()
  .map((name) => ({
    number: Number(name.slice(0, 2)),
    name,
    start: join(folder, name, 'start.ts'),
    solution: join(folder, name, 'solution.ts'),
    load: async () => ((await import(join(folder, name, 'judge.ts'))) as { judge: Judge }).judge,
  }));

/** Undefined when there is none of this number. */
export function findExercise(number: number): Exercise | undefined {
  return exercises.find((exercise) => exercise.number === number);
}
