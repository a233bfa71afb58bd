import { openConsole } from './console.ts';

// The console alone, as the `streams` command brings it along.
await openConsole(process.argv.slice(2), process.env);
