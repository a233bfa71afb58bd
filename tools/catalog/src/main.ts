import { join } from 'node:path';
import { runCatalog } from './program.ts';

process.exitCode = runCatalog(process.argv.slice(2), {
  folder: join(import.meta.dirname, '../../../docs/reference'),
  print: (line) => console.error(line),
});
