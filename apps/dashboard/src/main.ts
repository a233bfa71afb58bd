import { runService } from '@millrace/service';
import { dashboardOf } from './app.ts';
import { runChaos } from './chaos/chaos.ts';
import { consoleEnvironment, streamsConsole } from './console.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'chaos') process.exitCode = await runChaos(rest, process.env);
else if (command === 'console') await openConsole();
else await runService(dashboardOf(process.env), process.env);

async function openConsole(): Promise<void> {
  const environment = consoleEnvironment(rest, process.env);
  if (typeof environment !== 'string') {
    await runService(streamsConsole, environment);
    return;
  }
  console.error(environment);
  process.exitCode = 2;
}
