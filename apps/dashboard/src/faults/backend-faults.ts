import { killWriter, lockedForMs, lockLog } from './embedded-faults.ts';
import { type Fault, type FaultContext, pause } from './fault.ts';

const hangsForMs = 8_000;
const backWithinMs = 60_000;

/** What happens to the server that `npm start -- --backend …` started, and what comes nearest to it for an embedded log. */
export const backendFaults: readonly Fault[] = [
  {
    name: 'stop-backend',
    title: 'Stop the backend',
    does: `Asks the server to end, as an operator does; three seconds later it is started again. The file of an embedded log is locked for ${lockedForMs / 1_000} seconds: nothing can be stored.`,
    watch: 'Rates fall to nothing, services report it and wait; then all of them go on by themselves.',
    targets: [],
    problem: notOurs,
    run: (context) =>
      context.logFile === undefined
        ? endServer(context, 'SIGTERM')
        : lockLog(context.logFile, context.signal),
  },
  {
    name: 'kill-backend',
    title: 'Kill the backend with -9',
    does: 'Ends the server in the middle of whatever it does; three seconds later it is started again. In an embedded log a writer is killed in the middle of its transaction.',
    watch: 'Nothing that was acknowledged is gone, and nothing half written can be seen.',
    targets: [],
    problem: notOurs,
    run: (context) =>
      context.logFile === undefined
        ? endServer(context, 'SIGKILL')
        : killWriter(context.logFile, context.signal),
  },
  {
    name: 'hang-backend',
    title: 'Hang the backend',
    does: `Stops the server where it stands for ${hangsForMs / 1_000} seconds: connections stay and nothing is answered.`,
    watch:
      'Nobody is told of an error: services find out by their deadlines, leases end, all of it is taken up again.',
    targets: [],
    problem: (context) =>
      context.logFile === undefined
        ? notOurs(context)
        : 'An embedded log has no server; "Stop the backend" locks its file instead.',
    run: hangServer,
  },
];

function notOurs({ logFile, processes }: FaultContext): string | undefined {
  if (logFile !== undefined || processes.serverKind !== undefined) return undefined;
  return 'npm start did not start this server, so it is not broken from here; npm start -- --backend redis or kafka starts one.';
}

async function endServer(context: FaultContext, signal: NodeJS.Signals): Promise<string> {
  const { processes, streams } = context;
  const { serverKind } = processes;
  const before = await serverOf(context);
  const since = Date.now();
  processes.signal(before, signal);
  const until = since + backWithinMs;
  while (Date.now() < until && !context.signal.aborted) {
    await pause(200, context);
    const now = await processes.server();
    if (now === undefined || now === before) continue;
    const answers = await streams.admin.topics().then(
      () => true,
      () => false,
    );
    if (!answers) continue;
    await context.look();
    const seconds = ((Date.now() - since) / 1_000).toFixed(1);
    return `${serverKind} ${before} ended by ${signal}; ${now} answered ${seconds} s later`;
  }
  context.signal.throwIfAborted();
  throw new Error(`${serverKind} did not come back within ${backWithinMs / 1_000} s`);
}

async function hangServer(context: FaultContext): Promise<string> {
  const { processes } = context;
  const server = await serverOf(context);
  processes.signal(server, 'SIGSTOP');
  try {
    await pause(hangsForMs, context);
  } finally {
    processes.signal(server, 'SIGCONT');
  }
  await context.look();
  return `${processes.serverKind} ${server} answered nothing for ${hangsForMs / 1_000} s`;
}

async function serverOf({ processes }: FaultContext): Promise<number> {
  const found = await processes.server();
  if (found === undefined) throw new Error(`no process of ${processes.serverKind} is there at the moment`);
  return found;
}
