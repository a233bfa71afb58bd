import { runService } from '@millrace/service';
import { email } from './app.ts';

await runService(email, process.env);
