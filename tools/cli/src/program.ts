import type { Readable, Writable } from 'node:stream';
import { buildProgram } from './command-line/build-program.ts';
import type { Parameters } from './command-line/parameters.ts';
import { Connections } from './connection/connections.ts';
import { explainError } from './output/explain-error.ts';
import { Output } from './output/output.ts';
import { UsageError } from './usage-error.ts';
import type { Environment, Verb } from './verb.ts';
import { schemaName } from './verbs.ts';

export interface ProgramOptions {
  readonly environment: Environment;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted from outside to stop, and from inside when nobody reads the output any more. */
  readonly stop: AbortController;
}

/** The command line; resolves to the exit code: 0, 1 (an item or a check failed), 2 (wrong usage). Never throws. */
export async function runStreams(given: readonly string[], options: ProgramOptions): Promise<number> {
  const { stdout, stderr, stop } = options;
  let exitCode = 0;
  let readerLeft = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') exitCode = 1;
    readerLeft = true;
    stop.abort();
  });
  if (given[0] === '--complete') {
    const { complete } = await import('./command-line/complete.ts');
    for (const candidate of await complete(given.slice(1), options.environment))
      stdout.write(`${candidate}\n`);
    return 0;
  }
  if (given[0] === '--help-json') {
    const { helpJson } = await import('./command-line/help-json.ts');
    stdout.write(`${JSON.stringify(helpJson(), null, 2)}\n`);
    return 0;
  }
  if (given[0] === '--reference') {
    const { reference } = await import('./command-line/reference.ts');
    stdout.write(reference());
    return 0;
  }
  const program = buildProgram({
    write: (text) => stdout.write(text),
    writeError: (text) => stderr.write(text),
    call: async (verb, parameters) => {
      exitCode = await callVerb(verb, parameters, options);
    },
  });
  try {
    await program.parseAsync(given, { from: 'user' });
  } catch (error) {
    if (readerLeft) return exitCode;
    return explain(error, options);
  }
  return exitCode;
}

async function callVerb(verb: Verb, parameters: Parameters, options: ProgramOptions): Promise<number> {
  const { environment, stdin, stdout, stderr, stop } = options;
  const output = new Output({ json: parameters.flag('json'), schema: schemaName(verb), stdout, stderr });
  let hideCommands = (): void => undefined;
  if (parameters.flag('showCommands')) {
    const { showCommands } = await import('./connection/show-commands.ts');
    hideCommands = showCommands((command) => output.message(command));
  }
  const target = {
    url: parameters.text('url'),
    profile: parameters.text('profile'),
    namespace: parameters.text('namespace'),
  };
  using _shown = { [Symbol.dispose]: () => hideCommands() };
  await using connections = new Connections(target, environment, (message) =>
    output.message(`streams: ${message}`),
  );
  const { run } = await verb.load();
  return await run({
    parameters,
    output,
    input: stdin,
    signal: stop.signal,
    environment,
    connect: () => connections.main(),
    connectTo: (place) => connections.other(place),
  });
}

async function explain(error: unknown, { stderr, stop }: ProgramOptions): Promise<number> {
  const { CommanderError } = await import('commander');
  // It has said already what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    stderr.write(`streams: ${error.message}\n`);
    return 2;
  }
  const { isStreamsError } = await import('@millrace/streams');
  if (stop.signal.aborted && isStreamsError(error, 'ABORTED')) return 130;
  if (isStreamsError(error)) {
    stderr.write(`streams: ${explainError(error)}\n`);
    return error.code === 'INVALID_ARGUMENT' ? 2 : 1;
  }
  stderr.write(`streams: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
