import { runService } from '@millrace/service';
import { storefront } from './app.ts';

await runService(storefront, process.env);
