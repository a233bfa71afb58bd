import { CommanderError } from 'commander';
import { run } from './program.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    return await run(process.argv.slice(2), process.env);
  } catch (error) {
    // It has said already what was wrong.
    if (error instanceof CommanderError) return error.exitCode;
    console.error(`infra: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
