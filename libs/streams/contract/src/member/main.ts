import type { OpenDriver } from '../harness.ts';
import { append } from './appender.ts';
import { closeAtManyMoments } from './closer.ts';
import { leaveParent, listenToParent } from './commands.ts';
import { runGroup } from './group.ts';
import { hold } from './holder.ts';
import { readSlowly } from './reader.ts';
import { codeOf, messageOf, report } from './report.ts';
import type { Script } from './script.ts';

const script: Script = JSON.parse(process.argv[2] ?? '');
listenToParent();
report({ event: 'starting' });
try {
  const { open }: { readonly open: OpenDriver } = await import(script.opener.module);
  await using driver = await open(script.opener.options);
  switch (script.program) {
    case 'group':
      await runGroup(script, driver);
      break;
    case 'holder':
      await hold(script, driver);
      break;
    case 'appender':
      await append(script, driver);
      break;
    case 'reader':
      await readSlowly(script, driver);
      break;
    case 'closer':
      await closeAtManyMoments(script, () => open(script.opener.options));
      break;
    default:
      unknownProgram(script);
  }
  report({ event: 'stopped' });
} catch (error) {
  report({ event: 'failed', code: codeOf(error), message: messageOf(error) });
  process.exitCode = 1;
}
leaveParent();

function unknownProgram(never: never): never {
  throw new TypeError(`unknown program ${JSON.stringify(never)}`);
}
