import { connect } from 'node:net';
import { type BackendKind, GuideError, type ScenarioSummary } from '@millrace/guide';

const usual: Readonly<
  Record<Exclude<BackendKind, 'embedded'>, { url: string; port: number; start: string }>
> = {
  redis: { url: 'redis://127.0.0.1:6379', port: 6379, start: 'npm run infra -- up redis' },
  kafka: { url: 'kafka://127.0.0.1:9092', port: 9092, start: 'npm run infra -- up kafka' },
};

/** Undefined stands for an embedded log of the run's own. GuideError with the command that starts what is missing. */
export async function chooseBackend(scenario: ScenarioSummary): Promise<string | undefined> {
  if (scenario.backends.includes('embedded')) return undefined;
  const starts: string[] = [];
  for (const kind of scenario.backends) {
    if (kind === 'embedded') continue;
    const { url, port, start } = usual[kind];
    if (await listens(port)) return url;
    starts.push(start);
  }
  throw new GuideError(
    `picture ${scenario.id} needs ${scenario.backends.join(' or ')}; start it with: ${starts[0]}`,
  );
}

/** What of the usual backends can be reached now. */
export async function reachable(): Promise<ReadonlySet<BackendKind>> {
  const [redis, kafka] = await Promise.all([listens(usual.redis.port), listens(usual.kafka.port)]);
  return new Set<BackendKind>([
    'embedded',
    ...(redis ? (['redis'] as const) : []),
    ...(kafka ? (['kafka'] as const) : []),
  ]);
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
