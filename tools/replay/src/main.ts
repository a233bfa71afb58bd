import { ConfigError } from '@millrace/service';
import { isStreamsError } from '@millrace/streams';
import { Interrupted, onInterruption } from './command/interruption.ts';
import { parseOptions } from './command/options.ts';
import { replay } from './command/replay.ts';
import { ReplayError } from './replay-error.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if ('exitCode' in options) return options.exitCode;
  try {
    const reconciles = await replay(options, {
      environment: process.env,
      output: process.stdout,
      progress: process.stderr,
      interrupted: onInterruption(),
    });
    return reconciles ? 0 : 1;
  } catch (error) {
    const expected = error instanceof ReplayError || error instanceof ConfigError || isStreamsError(error);
    console.error(expected ? `replay: ${error.message}` : error);
    return error instanceof Interrupted ? 130 : 1;
  }
}
