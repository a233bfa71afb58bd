import { type Fault, pause } from './fault.ts';
import { gone, joined, killAndReplace, oneOf, present, successorOf } from './process-steps.ts';
import { breakable } from './shop-processes.ts';

const slowForMs = 20_000;
const pausedForMs = 15_000;
/** Of each quarter of a second a slow process runs 40 milliseconds. */
const slowStep = { runsMs: 40, restsMs: 210 } as const;
const stepsPerLook = 8;
const betweenRestartsMs = 1_500;

export const processFaults: readonly Fault[] = [
  {
    name: 'add-consumer',
    title: 'Add a consumer',
    does: 'Starts another process of the service beside those that are there.',
    watch: 'Its groups get a second member within a heartbeat, and the partitions are shared.',
    targets: breakable,
    run: async (context, service) => {
      const before = await context.look();
      const pid = context.processes.start(service, 'extra');
      const members = await joined(context, service, before);
      return `${service} ${pid} was added${members === undefined ? '' : `: its groups have ${members} members`}`;
    },
  },
  {
    name: 'remove-consumer',
    title: 'Remove a consumer',
    does: 'Asks a process of the service to stop: it finishes what it has, commits and leaves. A last one is started again.',
    watch: 'Its partitions move at once, nothing is handled twice.',
    targets: breakable,
    run: async (context, service) => {
      const all = await present(context, service);
      const { pid, extra } = all.find((each) => each.extra) ?? (await oneOf(context, service));
      context.processes.signal(pid, 'SIGTERM');
      if (extra || all.length > 1) return `${service} ${pid} was asked to stop`;
      await gone(context, pid);
      await context.look();
      return `${service} ${pid} stopped; ${await successorOf(context, service, all)} took its place`;
    },
  },
  {
    name: 'slow-consumer',
    title: 'Slow a consumer',
    does: `Lets a process run for ${slowStep.runsMs} of every ${slowStep.runsMs + slowStep.restsMs} milliseconds, ${slowForMs / 1_000} seconds long.`,
    watch: 'The age of the oldest record grows; members that are not slow go on.',
    targets: breakable,
    run: async (context, service) => {
      const { pid } = await oneOf(context, service);
      const until = Date.now() + slowForMs;
      try {
        for (let step = 1; Date.now() < until && !context.signal.aborted; step++) {
          context.processes.signal(pid, 'SIGSTOP');
          await pause(slowStep.restsMs, context);
          if (step % stepsPerLook === 0) await context.look();
          context.processes.signal(pid, 'SIGCONT');
          await pause(slowStep.runsMs, context);
        }
      } finally {
        context.processes.signal(pid, 'SIGCONT');
      }
      return `${service} ${pid} was slow for ${slowForMs / 1_000} s`;
    },
  },
  {
    name: 'pause',
    title: 'Pause a service',
    does: `Stops every process of the service where it stands for ${pausedForMs / 1_000} seconds, or until it is resumed.`,
    watch: 'Its lag grows, orders wait; after it goes on, the lag falls to nothing.',
    targets: breakable,
    run: async (context, service) => {
      const paused = await present(context, service);
      for (const { pid } of paused) context.processes.signal(pid, 'SIGSTOP');
      const until = Date.now() + pausedForMs;
      try {
        while (Date.now() < until && !context.signal.aborted) {
          await pause(500, context);
          const now = await context.processes.of(service);
          if (now.every(({ state }) => state === 'running')) return `${service} was paused and resumed`;
        }
        await context.look();
      } finally {
        for (const { pid } of paused) context.processes.signal(pid, 'SIGCONT');
      }
      return `${service} was paused for ${pausedForMs / 1_000} s`;
    },
  },
  {
    name: 'resume',
    title: 'Resume a service',
    does: 'Lets every process of the service go on that is paused.',
    watch: 'It takes its partitions back and catches up.',
    targets: breakable,
    run: async (context, service) => {
      const paused = (await present(context, service)).filter(({ state }) => state === 'paused');
      if (paused.length > 0) await context.look();
      for (const { pid } of paused) context.processes.signal(pid, 'SIGCONT');
      return paused.length === 0 ? `nothing of ${service} was paused` : `${service} goes on`;
    },
  },
  {
    name: 'kill',
    title: 'Kill with -9',
    does: 'Ends a process of the service in the middle of whatever it does; another one is started in its place.',
    watch: 'Its partitions wait for the lease to end, then everything in hand is done again, and once.',
    targets: breakable,
    run: async (context, service) => {
      const { pid } = await oneOf(context, service);
      return `${service} ${pid} was killed; ${await killAndReplace(context, service, pid)} took its place`;
    },
  },
  {
    name: 'kill-all',
    title: 'Kill everything with -9',
    does: 'Ends every service but the dashboard at the same moment, and starts them again.',
    watch: 'All groups lose their members, come back, and the money still adds up.',
    targets: [],
    run: async (context) => {
      const all = (await context.processes.list()).filter(({ extra }) => !extra);
      await Promise.all(all.map(({ service, pid }) => killAndReplace(context, service, pid)));
      return `${all.length} processes were killed and replaced`;
    },
  },
  {
    name: 'zombie',
    title: 'Wake a zombie',
    does: 'Pauses a process for longer than its lease while another takes over, then wakes it.',
    watch: 'What the sleeper still had in hand is fenced off: it cannot commit what is no longer its own.',
    targets: ['payment', 'inventory', 'shipping', 'email', 'crm', 'database', 'webserver'],
    run: async (context, service) => {
      const { pid } = await oneOf(context, service);
      const successor = context.processes.start(service, 'extra');
      try {
        await pause(3_000, context);
        context.processes.signal(pid, 'SIGSTOP');
        await pause(context.leaseMs * 3, context);
        await context.look();
      } finally {
        context.processes.signal(pid, 'SIGCONT');
      }
      await pause(3_000, context);
      context.processes.signal(successor, 'SIGTERM');
      return `${service} ${pid} slept through its lease while ${successor} worked`;
    },
  },
  {
    name: 'rolling-restart',
    title: 'Restart one after the other',
    does: 'Stops and starts each service in turn, as an update does.',
    watch: 'Short gaps in one group after the other; no order is lost.',
    targets: [],
    run: async (context) => {
      const all = (await context.processes.list()).filter(({ extra }) => !extra);
      for (const { service, pid } of all) {
        context.processes.signal(pid, 'SIGTERM');
        await gone(context, pid);
        await successorOf(context, service, [{ service, pid, state: 'running', extra: false }]);
        await context.look();
        await pause(betweenRestartsMs, context);
      }
      return `${all.length} services were restarted`;
    },
  },
];
