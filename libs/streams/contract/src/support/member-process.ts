import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Command, MemberEvent } from '../member/events.ts';
import type { Script } from '../member/script.ts';
import { waitFor, within } from './wait-for.ts';

type Kind = MemberEvent['event'];
type Of<Name extends Kind> = Extract<MemberEvent, { event: Name }>;

/** A real child process at work. */
export interface MemberProcess extends AsyncDisposable {
  readonly pid: number;
  /** Everything it said, in order. */
  readonly events: readonly MemberEvent[];
  /** Everything it said of one kind. */
  said<Name extends Kind>(kind: Name): Of<Name>[];
  /** The first such event, said already or to come; rejects when the child ends without it. */
  until<Name extends Kind>(kind: Name, matches?: (event: Of<Name>) => boolean): Promise<Of<Name>>;
  tell(command: Command): void;
  /** SIGTERM, as an orchestrator sends it. */
  terminate(): void;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: nothing of it runs until it is resumed. */
  pause(): void;
  resume(): void;
  /** Resolves once the process is gone, however it ended. */
  readonly gone: Promise<Ending>;
  /** As `gone`, and rejects with all that is known when it does not end in time. */
  end(): Promise<Ending>;
}

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`../member/main.${extension}`, import.meta.url));

export function startMember(script: Script): MemberProcess {
  const heap = script.program === 'group' && script.heap > 0 ? [`--max-old-space-size=${script.heap}`] : [];
  const child = fork(program, [JSON.stringify(script)], {
    execArgv: [...process.execArgv, ...heap],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null)
    throw new Error('could not start a child process');
  const events: MemberEvent[] = [];
  const lines = createInterface(stdout);
  lines.on('line', (line) => events.push(JSON.parse(line)));
  let complaints = '';
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  const gone = Promise.all([once(child, 'exit'), once(lines, 'close'), once(stderr, 'close')]).then(
    ([[code, signal]]) => ({
      code,
      signal,
    }),
  );
  let ended = false;
  void gone.then(() => {
    ended = true;
  });

  const said = <Name extends Kind>(kind: Name): Of<Name>[] =>
    events.filter((event): event is Of<Name> => event.event === kind);

  const until = async <Name extends Kind>(
    kind: Name,
    matches: (event: Of<Name>) => boolean = () => true,
  ): Promise<Of<Name>> => {
    const found = await waitFor(
      () => `child ${pid} says ${kind}; it said ${tail(events)}`,
      () => said(kind).find(matches) ?? ended,
    );
    if (found !== true) return found;
    throw new Error(`child ${pid} ended and never said ${kind}; it said ${tail(events)} ${complaints}`);
  };

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await within(`child ${pid} is gone`, gone);
  };

  return {
    pid,
    events,
    said,
    until,
    tell: (command) => child.connected && child.send(command),
    terminate: () => child.kill('SIGTERM'),
    kill,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    gone,
    end: () => within(() => `child ${pid} ends by itself; it said ${tail(events)} ${complaints}`, gone),
    [Symbol.asyncDispose]: kill,
  };
}

function tail(events: readonly MemberEvent[]): string {
  return JSON.stringify(events.slice(-12));
}
