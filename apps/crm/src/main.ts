import { runService } from '@millrace/service';
import { crm } from './app.ts';

await runService(crm, process.env);
