import { runService } from '@millrace/service';
import { shipping } from './app.ts';

await runService(shipping, process.env);
