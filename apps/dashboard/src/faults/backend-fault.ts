import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Fault } from './fault.ts';

const lockedForMs = 8_000;

/** Holds the log's only place for a writer, as a disk that hangs would. */
const holder = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(process.argv[1]);
database.exec('pragma busy_timeout = 20000; begin immediate');
setTimeout(() => { database.exec('rollback'); process.exit(0); }, Number(process.argv[2]));
`;

export const backendFault: Fault = {
  name: 'stop-backend',
  title: 'Stop the backend',
  does: `Nothing can be stored for ${lockedForMs / 1_000} seconds: the file of the embedded log is locked.`,
  watch: 'Rates fall to nothing, services report it and wait; then all of them go on by themselves.',
  targets: [],
  problem: ({ logFile }) =>
    logFile === undefined
      ? 'npm start did not start this server, so it is not stopped from here.'
      : undefined,
  run: async ({ logFile = '', signal }) => {
    const arguments_ = ['--disable-warning=ExperimentalWarning', '-e', holder, logFile, String(lockedForMs)];
    const child = spawn(process.execPath, arguments_, { stdio: 'ignore', signal });
    const [code]: unknown[] = await once(child, 'exit');
    if (code !== 0) throw new Error(`the lock on ${logFile} could not be taken`);
    return `nothing could be stored for ${lockedForMs / 1_000} s`;
  },
};
