import { connect } from 'node:net';
import { type BackendKind, GuideError, type ScenarioSummary } from '@millrace/guide';
import { missingServer } from './servers.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type ServerKind = Exclude<BackendKind, 'embedded'>;

const usual: Readonly<Record<ServerKind, { url: string; port: number; start: string }>> = {
  redis: { url: 'redis://127.0.0.1:6379', port: 6379, start: 'npm run infra -- up redis' },
  kafka: { url: 'kafka://127.0.0.1:9092', port: 9092, start: 'npm run infra -- up kafka' },
};

export interface BackendState {
  /** A server listens at the usual address. */
  readonly reachable: boolean;
  /** One can be started for a run. */
  readonly startable: boolean;
  /** The same for a person, and what to do about it. */
  readonly text: string;
}

/**
 * Undefined stands for an embedded log of the run's own, the name of a backend for servers that are started for the run.
 * GuideError with the command that starts what is missing.
 */
export async function chooseBackend(
  scenario: ScenarioSummary,
  environment: Environment,
): Promise<string | undefined> {
  if (scenario.backends.includes('embedded')) return undefined;
  const kinds = scenario.backends.filter((kind) => kind !== 'embedded');
  for (const kind of kinds) {
    if (scenario.needs !== 'one server') return kind;
    if (await listens(usual[kind].port)) return usual[kind].url;
  }
  const startable = kinds.find((kind) => missingServer(environment, kind) === undefined);
  if (startable !== undefined) return startable;
  const [first = 'redis'] = kinds;
  throw new GuideError(
    `picture ${scenario.id} needs ${kinds.join(' or ')}; start it with: ${usual[first].start}`,
  );
}

/** What of the backends is there now. */
export async function backendStates(
  environment: Environment,
): Promise<Readonly<Record<BackendKind, BackendState>>> {
  const embedded = { reachable: true, startable: true, text: 'built in: nothing has to be started' };
  const [redis, kafka] = await Promise.all([stateOf('redis', environment), stateOf('kafka', environment)]);
  return { embedded, redis, kafka };
}

async function stateOf(kind: ServerKind, environment: Environment): Promise<BackendState> {
  const { url, port, start } = usual[kind];
  const reachable = await listens(port);
  const missing = missingServer(environment, kind);
  const startable = missing === undefined;
  const here = reachable ? `listens at ${url}` : `nobody listens at ${url}`;
  const own = startable
    ? `--backend ${kind} starts servers for a run`
    : `no servers of a run’s own: ${missing}`;
  const text = `${here}; ${own}${reachable || startable ? '' : `; ${start} starts one in a container`}`;
  return { reachable, startable, text };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
