import { runService } from '@millrace/service';
import { dashboard } from './app.ts';

await runService(dashboard, process.env);
