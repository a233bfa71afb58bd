import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamsUrlProblem } from '@millrace/streams';
import type { BackendKind, ScenarioSummary } from '../events.ts';
import { givenCluster } from './given-cluster.ts';
import { GuideError } from './guide-error.ts';
import { assertMaster, assertReachable } from './reachable.ts';
import type { GivenCluster, GuideServers, OwnServers } from './servers.ts';

/** Where a run plays. Disposing removes what was made for it: servers and folders. */
export interface RunPlace extends AsyncDisposable {
  readonly url: string;
  readonly backend: BackendKind;
  /** The servers, when they are the run's own: all that they hold goes with them. */
  readonly servers: OwnServers | undefined;
  /** The cluster that the URL names, for a picture that needs one. */
  readonly given: GivenCluster | undefined;
}

/**
 * `backend` is a URL, the name of a backend of which servers are started, or undefined for an embedded log in a folder of
 * the run's own. A picture of clusters plays on the cluster that a URL names, and kills nothing of it; one that fills a
 * whole server, or is given no cluster, starts its own.
 */
export async function openPlace(
  scenario: ScenarioSummary,
  backend: string | undefined,
  starts: GuideServers | undefined,
): Promise<RunPlace> {
  const kind = backendKind(backend ?? 'embedded');
  if (!scenario.backends.includes(kind)) throw new GuideError(scenario.cannot[kind] ?? `${kind} cannot`);
  if (kind === 'embedded' && (backend === undefined || backend === kind || scenario.needs !== 'one server'))
    return embeddedPlace();
  const problem = backendProblem(backend);
  if (problem !== undefined) throw new GuideError(problem);
  if (backend !== undefined && backend !== kind && scenario.needs === 'one server') {
    await assertReachable(backend, withoutLogin(backend));
    await assertMaster(backend, withoutLogin(backend));
    return {
      url: backend,
      backend: kind,
      servers: undefined,
      given: undefined,
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const given =
    backend === undefined || backend === kind ? undefined : await clusterAt(scenario, kind, backend);
  if (given) return given;
  if (!starts)
    throw new GuideError(
      `picture ${scenario.id} starts servers of its own, in the terminal: npm run guide -- ${scenario.id} --backend ${kind}`,
    );
  const servers = await startServers(scenario, kind, starts);
  return {
    url: servers.url,
    backend: kind,
    servers,
    given: undefined,
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  };
}

async function clusterAt(
  scenario: ScenarioSummary,
  backend: BackendKind,
  url: string,
): Promise<RunPlace | undefined> {
  if (scenario.needs !== 'cluster') return undefined;
  await assertReachable(url, withoutLogin(url));
  const given = await givenCluster(scenario, backend, url);
  return given && { url, backend, servers: undefined, given, [Symbol.asyncDispose]: async () => undefined };
}

/** What is wrong with what was given as a backend, in a sentence; undefined when nothing is. */
export function backendProblem(backend: string | undefined): string | undefined {
  if (backend === undefined || backend === backendKind(backend)) return undefined;
  const problem = streamsUrlProblem(backend);
  return problem && `the backend ${JSON.stringify(withoutLogin(backend))} ${problem}`;
}

export function backendKind(url: string): BackendKind {
  if (url.startsWith('embedded')) return 'embedded';
  return url.startsWith('kafka') ? 'kafka' : 'redis';
}

/** A URL as it may be shown. */
export function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//');
}

function startServers(
  { needs }: ScenarioSummary,
  kind: BackendKind,
  starts: GuideServers,
): Promise<OwnServers> {
  if (needs === 'cluster') return kind === 'kafka' ? starts.kafkaCluster() : starts.redisCluster();
  return kind === 'kafka' ? starts.kafka() : starts.redis();
}

async function embeddedPlace(): Promise<RunPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-guide-'));
  return {
    url: `embedded:${join(folder, 'streams.db')}`,
    backend: 'embedded',
    servers: undefined,
    given: undefined,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
