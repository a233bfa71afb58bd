import { HttpProblem } from '@millrace/service';
import type { FaultBoard, FaultRun, FaultView } from '../api/faults.ts';
import type { ShopFigures } from '../api/snapshot.ts';
import type { Watched, Watcher } from '../watch/watcher.ts';
import { backendFaults } from './backend-faults.ts';
import { type Observed, observe, unobserved, withStored } from './effect.ts';
import { type Fault, type FaultContext, pause } from './fault.ts';
import { messageFaults } from './message-faults.ts';
import { processFaults } from './process-faults.ts';

const faults: readonly (Fault & Pick<FaultView, 'kind'>)[] = [
  ...processFaults.map((fault) => ({ ...fault, kind: 'process' as const })),
  ...messageFaults.map((fault) => ({ ...fault, kind: 'message' as const })),
  ...backendFaults.map((fault) => ({ ...fault, kind: 'backend' as const })),
];
const kept = 100;
/** Looks in a row at which the shop is quiet, before the auditor's word counts. */
const quietLooks = 3;
/** After the last fault: while more is broken, a shop that recovers cannot be told from one that does not. */
const verdictWithinMs = 150_000;
/** A look at a backend that does not answer is not waited for. */
const looksWithinMs = 3_000;

interface Run extends FaultRun {
  readonly quiet: number;
  readonly observed: Observed;
}

/** What faults work with, besides what is kept of them. */
export type BreakItContext = Omit<FaultContext, 'look' | 'stored'>;

/** Breaks the shop on purpose, and keeps what came of it: the effect on the figures, and the auditor's verdict after it. */
export class BreakIt {
  readonly #context: FaultContext;
  readonly #writable: boolean;
  #runs: readonly Run[] = [];
  #number = 0;
  /** What the effect of a fault is compared with while the backend does not answer. */
  #last: Watched | undefined;

  constructor(context: BreakItContext, { watcher, writable }: { watcher: Watcher; writable: boolean }) {
    this.#context = {
      ...context,
      look: () => Promise.race([this.#look(watcher), pause(looksWithinMs, context).then(() => undefined)]),
      stored: (records) => this.#keep((observed) => withStored(observed, records)),
    };
    this.#writable = writable;
  }

  /** Whether a verdict is awaited: then the shop has to be watched, whether or not somebody looks. */
  get isAwaiting(): boolean {
    return this.#runs.some(({ verdict }) => verdict === null);
  }

  async board(): Promise<FaultBoard> {
    return {
      problem: this.#problem() ?? null,
      faults: faults.map(({ kind, name, title, does, watch, targets, problem }) => ({
        kind,
        name,
        title,
        does,
        watch,
        targets,
        problem: problem?.(this.#context) ?? null,
      })),
      processes: await this.#context.processes.all(),
      runs: this.#runs.map(viewOf),
    };
  }

  /** Begins a fault; it goes on by itself. 404, 400 or 409 when there is no such fault, target or shop to break. */
  begin(name: string, target: string | undefined): FaultRun {
    const fault = faults.find((each) => each.name === name);
    if (!fault) throw new HttpProblem(404, 'Not Found', `There is no fault ${name}.`);
    const problem = this.#problem() ?? fault.problem?.(this.#context);
    if (problem !== undefined) throw new HttpProblem(409, 'Conflict', problem);
    if (fault.targets.length > 0 && (target === undefined || !fault.targets.includes(target)))
      throw new HttpProblem(400, 'Bad Request', `${name} is done to one of ${fault.targets.join(', ')}.`);
    const now = Date.now();
    const run: Run = {
      id: ++this.#number,
      name,
      title: fault.title,
      target: fault.targets.length > 0 ? (target ?? null) : null,
      at: now,
      endedAt: null,
      said: 'at work',
      failed: false,
      effect: unobserved.effect,
      verdict: null,
      quiet: 0,
      observed: unobserved,
    };
    this.#runs = [run, ...this.#runs].slice(0, kept);
    this.#carryOut(fault, target ?? '').then(
      (said) => this.#change(run.id, { said, endedAt: Date.now() }),
      (error: unknown) => this.#change(run.id, { said: messageOf(error), endedAt: Date.now(), failed: true }),
    );
    return viewOf(run);
  }

  /** Called about once a second while a verdict is awaited, and now and then while none is. */
  observe(
    watched: Watched,
    { verdict }: ShopFigures,
    now: number,
    isUnderWay: (before: number) => boolean,
  ): void {
    this.#last = watched;
    this.#keep((observed) => observe(observed, watched, now));
    const isQuiet = watched.groups.every(
      ({ state }) => state === 'idle' || state === 'working' || state === 'empty',
    );
    const calmMs = calmFor(this.#runs, now);
    this.#runs = this.#runs.map((run) => {
      if (run.verdict !== null) return run;
      const isOver = run.endedAt !== null && now - run.endedAt > 2_000;
      // Whatever began before the fault was over has to be through: before that nothing is proven.
      const isThrough = !isUnderWay(run.endedAt ?? now);
      const isSettled =
        (verdict.state === 'wrong' && calmMs > 2_000) ||
        (verdict.state === 'adds-up' && isQuiet && isThrough);
      const quiet = isOver && isSettled ? run.quiet + 1 : 0;
      const isDue = calmMs > verdictWithinMs;
      const isDecided = quiet >= (verdict.state === 'wrong' ? quietLooks * 3 : quietLooks) || isDue;
      const said = isDecided ? { state: verdict.state, says: verdict.says, at: now } : null;
      return { ...run, quiet, verdict: said };
    });
  }

  /** Effects are told from the figures before it, of this moment where the backend tells them. */
  async #carryOut(fault: Fault, target: string): Promise<string> {
    const before = (await this.#context.look()) ?? this.#last;
    if (before)
      this.#keep((observed) => (observed.before ? observed : observe(observed, before, Date.now())));
    return fault.run(this.#context, target);
  }

  async #look(watcher: Watcher): Promise<Watched | undefined> {
    const watched = await watcher.look().catch(() => undefined);
    if (watched) this.#keep((observed) => observe(observed, watched, Date.now()));
    return watched;
  }

  /** What is seen belongs to every fault that has no verdict yet. */
  #keep(see: (observed: Observed) => Observed): void {
    this.#runs = this.#runs.map((run) => {
      if (run.verdict !== null) return run;
      const observed = see(run.observed);
      return { ...run, observed, effect: observed.effect };
    });
  }

  #problem(): string | undefined {
    if (!this.#writable) return 'This dashboard only shows.';
    return this.#context.processes.problem();
  }

  #change(id: number, part: Partial<FaultRun>): void {
    this.#runs = this.#runs.map((run) => (run.id === id ? { ...run, ...part } : run));
  }
}

/** For how long nothing has been broken, milliseconds; 0 while something is. */
export function calmFor(runs: readonly Pick<FaultRun, 'endedAt'>[], now: number): number {
  return runs.reduce((least, { endedAt }) => Math.min(least, endedAt === null ? 0 : now - endedAt), Infinity);
}

function viewOf({ quiet: _quiet, observed: _observed, ...run }: Run): FaultRun {
  return run;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
