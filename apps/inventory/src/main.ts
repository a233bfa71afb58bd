import { runService } from '@millrace/service';
import { inventory } from './app.ts';

await runService(inventory, process.env);
