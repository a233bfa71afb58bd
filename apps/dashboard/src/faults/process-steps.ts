import type { ProcessView } from '../api/faults.ts';
import { groupsOfServices } from '../domain/groups-of-services.ts';
import type { Watched } from '../watch/watcher.ts';
import { type FaultContext, lookFor } from './fault.ts';

const replacedWithinMs = 8_000;
const goneWithinMs = 30_000;
const joinsWithinMs = 30_000;

type Some = readonly [ProcessView, ...ProcessView[]];

/** One that has just ended is started again in a moment. */
export async function present(context: FaultContext, service: string): Promise<Some> {
  const look = async (): Promise<Some | undefined> => {
    const [first, ...others] = await context.processes.of(service);
    return first && [first, ...others];
  };
  const found = await lookFor(look, replacedWithinMs, context);
  if (found) return found;
  context.signal.throwIfAborted();
  throw new Error(`no process of ${service} is there at the moment`);
}

export async function oneOf(context: FaultContext, service: string): Promise<ProcessView> {
  const [first] = await present(context, service);
  return first;
}

export async function killAndReplace(context: FaultContext, service: string, pid: number): Promise<number> {
  const before = await context.processes.of(service);
  context.processes.signal(pid, 'SIGKILL');
  await gone(context, pid);
  const successor = await successorOf(context, service, before);
  // It is there, and does not work yet.
  await context.look();
  return successor;
}

/** Whatever started the shop starts again what ended; where it does not, it is done here. */
export async function successorOf(
  context: FaultContext,
  service: string,
  before: readonly ProcessView[],
): Promise<number> {
  const look = async (): Promise<ProcessView | undefined> =>
    (await context.processes.of(service)).find(
      ({ pid, extra }) => !extra && !before.some((each) => each.pid === pid),
    );
  const found = await lookFor(look, replacedWithinMs, context);
  if (found) return found.pid;
  context.signal.throwIfAborted();
  return context.processes.start(service, 'replacement');
}

export async function gone(context: FaultContext, pid: number): Promise<void> {
  const look = async (): Promise<true | undefined> =>
    (await context.processes.list()).some((each) => each.pid === pid) ? undefined : true;
  await lookFor(look, goneWithinMs, context);
}

/** How many members its groups have once there are more than before; undefined when none comes in time or it has no groups. */
export async function joined(
  context: FaultContext,
  service: string,
  before: Watched | undefined,
): Promise<number | undefined> {
  const had = membersOf(before, service);
  const look = async (): Promise<number | undefined> => {
    const has = membersOf(await context.look(), service);
    return has !== undefined && had !== undefined && has > had ? has : undefined;
  };
  return had === undefined ? undefined : lookFor(look, joinsWithinMs, context);
}

function membersOf(watched: Watched | undefined, service: string): number | undefined {
  const names = groupsOfServices[service] ?? [];
  const groups = watched?.groups.filter(({ name }) => names.includes(name)) ?? [];
  return groups.length === 0 ? undefined : groups.reduce((sum, { members }) => sum + members, 0);
}
