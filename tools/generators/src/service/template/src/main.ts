import { runService } from '@millrace/service';
import { exampleService } from './app.ts';

await runService(exampleService, process.env);
