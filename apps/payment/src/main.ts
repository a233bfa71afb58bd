import { runService } from '@millrace/service';
import { payment } from './app.ts';

await runService(payment, process.env);
