import { runLearn } from './program.ts';

process.exitCode = await runLearn(process.argv.slice(2), {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
});
