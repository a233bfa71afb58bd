import { runService } from '@millrace/service';
import { webserver } from './app.ts';

await runService(webserver, process.env);
