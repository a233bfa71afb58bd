import { spawn } from 'node:child_process';
import { once } from 'node:events';

export const lockedForMs = 8_000;

/** What a writer of the log does that is not one of the shop's. */
const opened = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(process.argv[1]);
database.exec('pragma busy_timeout = 20000; pragma cache_size = 10; begin immediate');
`;

/** Holds the log's only place for a writer, as a disk that hangs would. */
const holder = `${opened}
setTimeout(() => { database.exec('rollback'); process.exit(0); }, Number(process.argv[2]));
`;

/** Writes more than its cache holds, so that half of it is in the file, and is killed before it commits. */
const halfWriter = `${opened}
database.exec('create table half_written (filler text)');
const insert = database.prepare('insert into half_written values (?)');
for (let row = 0; row < 500; row++) insert.run('x'.repeat(2000));
process.kill(process.pid, 'SIGKILL');
`;

export async function lockLog(file: string, signal: AbortSignal): Promise<string> {
  const [code] = await endOf(holder, [file, String(lockedForMs)], signal);
  if (code !== 0) throw new Error(`the lock on ${file} could not be taken`);
  return `nothing could be stored for ${lockedForMs / 1_000} s`;
}

export async function killWriter(file: string, signal: AbortSignal): Promise<string> {
  const [code, endedBy] = await endOf(halfWriter, [file], signal);
  if (endedBy !== 'SIGKILL') throw new Error(`the writer of ${file} ended with ${code} before it was killed`);
  return 'a writer was killed when half of its transaction was in the file';
}

async function endOf(
  program: string,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const flags = ['--disable-warning=ExperimentalWarning', '-e', program];
  const child = spawn(process.execPath, [...flags, ...parameters], { stdio: 'ignore', signal });
  return once(child, 'exit');
}
