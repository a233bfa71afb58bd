import { randomBytes } from 'node:crypto';
import { anySignal, isStreamsError, openStreams } from '@millrace/streams';
import type { GuideClaim, GuideEvent } from '../events.ts';
import { cleanUp } from './clean-up.ts';
import { type CommandLog, openCommandLog } from './command-log.ts';
import { EventQueue } from './event-queue.ts';
import { FactLog } from './fact-log.ts';
import { GuideError } from './guide-error.ts';
import { readParameters } from './parameters.ts';
import { openPlace, type RunPlace, withoutLogin } from './place.ts';
import { seededRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { GuideServers } from './servers.ts';
import { Stage, type StatedClaim } from './stage.ts';
import type { StageMembers } from './stage-members.ts';

export interface PlayOptions {
  /**
   * Where it plays: a URL, or `redis` or `kafka` for servers that are started for it. Default: an embedded log in a folder
   * of its own, which is removed afterwards.
   */
  readonly backend?: string;
  /** Starts servers. Without it pictures that need their own are refused. */
  readonly servers?: GuideServers;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Default: 1. */
  readonly seed?: number;
  /** Ends the run; what it made is removed all the same. */
  readonly signal?: AbortSignal;
  /** Default: a name of its own for every run. */
  readonly namespace?: string;
  /** Called when the run begins; what it is given can kill members until the run ends. */
  readonly onStage?: (stage: Pick<StageMembers, 'crash'>) => void;
  /** Awaited before each step: how a player pauses. */
  readonly beforeStep?: () => Promise<void>;
  /** Awaited after each step with its title: tests change here what the backend holds. */
  readonly afterStep?: (stage: Stage, title: string) => Promise<void>;
  /** Called when all steps are done and no claim is checked yet: tests change here what the backend holds. */
  readonly beforeClaims?: (stage: Stage) => Promise<void>;
}

/**
 * Plays a scenario on a backend and yields what happens. Whoever stops iterating ends the run. When the iteration is
 * over, no process, topic, group or key of the run is left. GuideError with one sentence when the backend is away, too
 * old or refuses.
 */
export async function* play(scenario: Scenario, options: PlayOptions = {}): AsyncGenerator<GuideEvent> {
  const queue = new EventQueue();
  const ended = new AbortController();
  const signal = anySignal([ended.signal, ...(options.signal ? [options.signal] : [])]);
  const run = perform(scenario, options, queue, signal).finally(() => queue.close());
  run.catch(() => undefined);
  try {
    yield* queue;
    await run;
  } finally {
    ended.abort();
    queue.close();
    await run.catch(() => undefined);
  }
}

async function perform(
  scenario: Scenario,
  options: PlayOptions,
  queue: EventQueue,
  signal: AbortSignal,
): Promise<void> {
  const parameters = readParameters(scenario.parameters, options.parameters ?? {});
  await using place = await openPlace(scenario, options.backend, options.servers);
  try {
    await performAt(place, scenario, { ...options, parameters }, queue, signal);
  } catch (error) {
    // Whatever the end of a run broke off in the middle: it ended because it was told to.
    throw signal.aborted ? signal.reason : explained(error, place.url);
  }
}

async function performAt(
  place: RunPlace,
  scenario: Scenario,
  options: PlayOptions & Required<Pick<PlayOptions, 'parameters'>>,
  queue: EventQueue,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { url, backend, servers, given } = place;
  // The services of the shop know no namespace; they get servers of their own.
  const namespace =
    scenario.needs === 'own server'
      ? ''
      : (options.namespace ?? `guide-${scenario.id}-${randomBytes(4).toString('hex')}`);
  // First: it hears only connections that are opened after it.
  await using commands = await openCommandLog(backend, url, namespace);
  await using streams = await openStreams(url, namespace === '' ? {} : { namespace });
  const log = new FactLog((event) => queue.push(event));
  const stage: Stage = new Stage({
    url,
    backend,
    namespace,
    streams,
    servers,
    given,
    log,
    parameters: options.parameters,
    random: seededRandom(options.seed ?? 1),
    signal,
    onRequest: commands.hear,
    unheard: (body) => commands.unheard(body),
    beforeStep: async () => {
      await queue.drained();
      await options.beforeStep?.();
      signal.throwIfAborted();
    },
    afterStep: async (title) => {
      await tellCommands(log, commands);
      await options.afterStep?.(stage, title);
    },
  });
  options.onStage?.(stage.members);
  const removeRun = async (): Promise<void> => {
    try {
      await stage[Symbol.asyncDispose]();
    } finally {
      if (!servers && namespace !== '') await cleanUp(backend, url, namespace, streams);
    }
  };
  try {
    await scenario.play(stage);
    await options.beforeClaims?.(stage);
    const claims: GuideClaim[] = [];
    for (const stated of stage.claims) {
      const claim = await checked(stated);
      // What is read while a run ends is cut short without an error: such a claim says nothing.
      signal.throwIfAborted();
      claims.push(claim);
      log.tell({ kind: 'claim-checked', claim });
    }
    log.tell({ kind: 'finished', holds: claims.every(({ holds }) => holds) });
  } catch (error) {
    await removeRun().catch(() => undefined);
    throw error;
  }
  await removeRun();
}

/** A claim whose evidence cannot be had does not hold. */
async function checked({ text, check }: StatedClaim): Promise<GuideClaim> {
  try {
    return { text, ...(await check()) };
  } catch (error) {
    return { text, holds: false, evidence: error instanceof Error ? error.message : String(error) };
  }
}

async function tellCommands(log: FactLog, commands: CommandLog): Promise<void> {
  for (const command of await commands.take()) log.tell({ kind: 'command', command });
}

function explained(error: unknown, url: string): unknown {
  if (error instanceof GuideError || !(error instanceof Error)) return error;
  const server = withoutLogin(url);
  const { message } = error;
  if (/NOPERM|no permissions|_AUTHORIZATION_FAILED/i.test(message))
    return new GuideError(`the user of ${server} lacks a right that this picture needs: ${message}`);
  if (/READONLY/.test(message))
    return new GuideError(`${server} is a read-only replica; name its master instead`);
  if (/ECONNREFUSED|Connection is closed/.test(message))
    return new GuideError(`no server answers at ${server}; start one or name another with --backend`);
  if (isStreamsError(error, 'UNAVAILABLE')) return new GuideError(`${server} cannot be used: ${message}`);
  return isStreamsError(error) ? new GuideError(message) : error;
}
