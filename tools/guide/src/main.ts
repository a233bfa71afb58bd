import { findScenario, GuideError, parametersOfPicture, scenarios } from '@millrace/guide';
import { chooseBackend } from './backend.ts';
import { paint } from './draw/paint.ts';
import { filesSummary, playFiles } from './files/play-files.ts';
import { list } from './list.ts';
import { parseOptions } from './options.ts';
import { playAll } from './play-all.ts';
import { playBeside } from './play-beside.ts';
import { playOne } from './play-one.ts';
import { installedServers } from './servers.ts';
import { widthOf } from './terminal.ts';

/** Pictures of what streams replace. */
const drawnInDocs: readonly string[] = ['10', '11'];

process.exitCode = await main();

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const interrupted = new AbortController();
  const interrupt = (): void =>
    interrupted.abort(new GuideError('interrupted; all that was made is removed'));
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // Whoever read the output has gone, as `head` does: the run ends as after Ctrl-C, and says no more.
  process.stdout.on('error', () => interrupted.abort(new GuideError('nobody reads the output any more')));
  const brush = paint(process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
  const terminal = {
    output: process.stdout,
    input: process.stdin,
    brush,
    width: widthOf(process.stdout),
    signal: interrupted.signal,
    servers: installedServers(process.env),
  };
  try {
    if (options.picture === undefined) {
      const [first, ...others] = scenarios;
      await list(terminal, [...(first ? [first] : []), filesSummary, ...others], process.env);
      return 0;
    }
    if (filesSummary.pictures.includes(options.picture))
      return (await playFiles(terminal, { ...options, bytes: options.size })) ? 0 : 1;
    if (options.picture === 'all') return await playAll(terminal, options);
    if (drawnInDocs.includes(options.picture))
      throw new GuideError(
        `picture ${options.picture} is a drawing of who calls whom, which nothing can run: see docs/guide.md, and play 12, which it is drawn beside`,
      );
    const scenario = findScenario(options.picture);
    if (!scenario) {
      const known = scenarios.map(({ id }) => id).join(', ');
      throw new GuideError(`no scenario plays picture ${options.picture}; there are ${known}`);
    }
    const backend = options.backend ?? (await chooseBackend(scenario, process.env));
    const parameters = parametersOfPicture(scenario, options.picture, options.parameters);
    if (options.beside !== undefined)
      return (await playBeside(terminal, scenario, { ...options, parameters }, [backend, options.beside]))
        ? 0
        : 1;
    return (await playOne(terminal, scenario, { ...options, backend, parameters })) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof GuideError ? `guide: ${error.message}` : error);
    return interrupted.signal.aborted ? 130 : 1;
  }
}
