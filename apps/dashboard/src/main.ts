import { runService } from '@millrace/service';
import { dashboardOf } from './app.ts';
import { runChaos } from './chaos/chaos.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'chaos') process.exitCode = await runChaos(rest, process.env);
else await runService(dashboardOf(process.env), process.env);
