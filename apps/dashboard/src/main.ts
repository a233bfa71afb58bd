import { runService } from '@millrace/service';
import { dashboardOf } from './app.ts';
import { runChaos } from './chaos/chaos.ts';
import { openConsole } from './console.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'chaos') process.exitCode = await runChaos(rest, process.env);
else if (command === 'console') await openConsole(rest, process.env);
else await runService(dashboardOf(process.env), process.env);
