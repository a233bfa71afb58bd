import { HttpProblem } from '@millrace/service';
import type { FaultBoard, FaultRun } from '../api/faults.ts';
import type { ShopFigures } from '../api/snapshot.ts';
import type { Watched } from '../watch/watcher.ts';
import { backendFaults } from './backend-faults.ts';
import { type Observed, observe, unobserved } from './effect.ts';
import type { Fault, FaultContext } from './fault.ts';
import { messageFaults } from './message-faults.ts';
import { processFaults } from './process-faults.ts';

const faults: readonly Fault[] = [...processFaults, ...messageFaults, ...backendFaults];
const kept = 100;
/** Looks in a row at which the shop is quiet, before the auditor's word counts. */
const quietLooks = 3;
const verdictWithinMs = 150_000;

interface Run extends FaultRun {
  readonly quiet: number;
  readonly observed: Observed;
}

/** Breaks the shop on purpose, and keeps what came of it: the effect on the figures, and the auditor's verdict after it. */
export class BreakIt {
  readonly #context: FaultContext;
  readonly #writable: boolean;
  #runs: readonly Run[] = [];
  #number = 0;
  /** What the effect of a fault is compared with. */
  #last: Watched | undefined;

  constructor(context: FaultContext, writable: boolean) {
    this.#context = context;
    this.#writable = writable;
  }

  /** Whether a verdict is awaited: then the shop has to be watched, whether or not somebody looks. */
  get isAwaiting(): boolean {
    return this.#runs.some(({ verdict }) => verdict === null);
  }

  async board(): Promise<FaultBoard> {
    return {
      problem: this.#problem() ?? null,
      faults: faults.map(({ name, title, does, watch, targets, problem }) => ({
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
    const observed = this.#last ? observe(unobserved, this.#last, now) : unobserved;
    const run: Run = {
      id: ++this.#number,
      name,
      title: fault.title,
      target: fault.targets.length > 0 ? (target ?? null) : null,
      at: now,
      endedAt: null,
      said: 'at work',
      failed: false,
      effect: observed.effect,
      verdict: null,
      quiet: 0,
      observed,
    };
    this.#runs = [run, ...this.#runs].slice(0, kept);
    fault.run(this.#context, target ?? '').then(
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
    const isQuiet = watched.groups.every(
      ({ state }) => state === 'idle' || state === 'working' || state === 'empty',
    );
    this.#runs = this.#runs.map((run) => {
      if (run.verdict !== null) return run;
      const observed = observe(run.observed, watched, now);
      const isOver = run.endedAt !== null && now - run.endedAt > 2_000;
      // Whatever began before the fault was over has to be through: before that nothing is proven.
      const isThrough = !isUnderWay(run.endedAt ?? now);
      const isSettled = verdict.state === 'wrong' || (verdict.state === 'adds-up' && isQuiet && isThrough);
      const quiet = isOver && isSettled ? run.quiet + 1 : 0;
      const isDue = run.endedAt !== null && now - run.endedAt > verdictWithinMs;
      const isDecided = quiet >= (verdict.state === 'wrong' ? quietLooks * 3 : quietLooks) || isDue;
      const said = isDecided ? { state: verdict.state, says: verdict.says, at: now } : null;
      return { ...run, observed, effect: observed.effect, quiet, verdict: said };
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

function viewOf({ quiet: _quiet, observed: _observed, ...run }: Run): FaultRun {
  return run;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
