import { Argument, Command } from 'commander';
import { compose } from './compose.ts';
import { type Environment, type Stack, stacks } from './stacks.ts';

/** The command line; resolves to the exit code. */
export async function run(parameters: readonly string[], environment: Environment): Promise<number> {
  let exitCode = 0;
  const program = new Command('npm run infra --')
    .description('Starts and stops the servers that a shop may run on, in containers of this machine.')
    .addHelpText(
      'after',
      `\nStacks:\n${list()}\n\nVariables such as REDIS_PORT and REDIS_IMAGE choose another port or image.`,
    )
    .exitOverride();

  program
    .command('up')
    .description('starts stacks, waits until they are healthy, and prints the variables for the shop')
    .addArgument(stackNames().argRequired())
    .action(async (names: string[]) => {
      const chosen = byName(names);
      exitCode = await compose(['up', '--detach', '--wait', ...services(chosen)], environment);
      if (exitCode === 0) print(explain(chosen, environment));
    });

  program
    .command('down')
    .description('stops stacks, or all of them; their data stays')
    .option('--volumes', 'forget the data as well (of all stacks)')
    .addArgument(stackNames())
    .action(async (names: string[], options: { volumes?: true }) => {
      const all = ['down', '--remove-orphans', ...(options.volumes ? ['--volumes'] : [])];
      const some = ['rm', '--stop', '--force', ...services(byName(names))];
      exitCode = await compose(names.length === 0 ? all : some, environment);
    });

  program
    .command('status')
    .description('what runs, and whether it is healthy')
    .action(async () => {
      exitCode = await compose(['ps'], environment);
    });

  program
    .command('variables')
    .description('prints the variables for the shop, as lines for a shell')
    .addArgument(stackNames().argRequired())
    .action((names: string[]) => print(explain(byName(names), environment)));

  await program.parseAsync(parameters, { from: 'user' });
  return exitCode;
}

function stackNames(): Argument {
  return new Argument('[stacks...]', 'which').choices(stacks.map(({ name }) => name));
}

function byName(names: readonly string[]): readonly Stack[] {
  return stacks.filter(({ name }) => names.includes(name));
}

function services(chosen: readonly Stack[]): readonly string[] {
  return [...new Set(chosen.flatMap((stack) => stack.services))];
}

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

function list(): string {
  return stacks.map(({ name, description }) => `  ${name.padEnd(14)} ${description}`).join('\n');
}

/** How to run the shop on the stacks, as lines for a shell and for a person. */
function explain(stacks: readonly Stack[], environment: Environment): readonly string[] {
  const exports = stacks.flatMap((stack) =>
    Object.entries(stack.variables(environment)).map(([name, value]) => `export ${name}=${value}`),
  );
  const pages = stacks.flatMap((stack) =>
    stack.page ? [`# ${stack.name}: ${stack.page(environment)}`] : [],
  );
  return [...exports, ...pages];
}
