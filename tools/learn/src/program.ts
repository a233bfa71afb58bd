import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { check } from './check.ts';
import { type Exercise, exercises, findExercise } from './exercises.ts';

export interface LearnOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
}

/** Resolves to the exit code: 0 done or passed, 1 not passed, 2 wrong usage. */
export async function runLearn(given: readonly string[], options: LearnOptions): Promise<number> {
  let exitCode = 0;
  const { print } = options;
  const program = new Command('npm run learn --')
    .description(
      'Twelve exercises that start broken. Mend 5 to 15 lines; the judge looks at what the streams hold.',
    )
    .exitOverride()
    .action(async () => await listAll(options));
  program
    .command('start')
    .argument('<number>')
    .description('copies an exercise into .data/learn, where you mend it')
    .action(async (text: string) => {
      const exercise = pick(text, program);
      const file = fileOf(exercise, options);
      await mkdir(resolve(file, '..'), { recursive: true });
      if (existsSync(file)) print(`${file} is there already: yours is kept`);
      else await copyFile(exercise.start, file);
      const { title, story } = await exercise.load();
      print(
        `${exercise.number}. ${title}\n\n${story}\n\nMend ${file}\nthen: npm run learn -- check ${exercise.number}`,
      );
    });
  program
    .command('check')
    .argument('<number>')
    .option('--backend <url>', 'on another backend; default: an embedded log of its own')
    .description('judges your file')
    .action(async (text: string, { backend }: { backend?: string }) => {
      const exercise = pick(text, program);
      const file = fileOf(exercise, options);
      if (!existsSync(file))
        program.error(`begin with: npm run learn -- start ${exercise.number}`, { exitCode: 2 });
      await using log = await ownLog();
      const { passed, found, why } = await check(exercise, file, backend ?? log.url);
      print(`${passed ? 'PASSED' : 'NOT YET'}: ${found}\n${why}`);
      if (passed) print(`\nAnother way to do it: ${exercise.solution}`);
      exitCode = passed ? 0 : 1;
    });
  try {
    await program.parseAsync(given, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

async function listAll(options: LearnOptions): Promise<void> {
  for (const exercise of exercises) {
    const { title } = await exercise.load();
    const state = existsSync(fileOf(exercise, options)) ? 'begun' : '';
    options.print(`${String(exercise.number).padStart(2)}  ${title.padEnd(44)} ${state}`.trimEnd());
  }
  options.print('\nBegin with: npm run learn -- start 1');
}

function pick(text: string, program: Command): Exercise {
  return (
    findExercise(Number(text)) ??
    program.error(`there is no exercise ${text}; there are 1 to ${exercises.length}`, { exitCode: 2 })
  );
}

function fileOf({ name }: Exercise, { environment }: LearnOptions): string {
  return resolve(environment['DATA_DIR'] || './.data', 'learn', `${name}.ts`);
}

/** A log that goes when it has been judged on. */
async function ownLog(): Promise<{ readonly url: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-learn-'));
  return {
    url: `embedded:${join(folder, 'streams.db')}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
