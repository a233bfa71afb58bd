import { runService } from '@millrace/service';
import { database } from './app.ts';

await runService(database, process.env);
