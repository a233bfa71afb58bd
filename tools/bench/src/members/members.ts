import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromMember, Measured, MemberOrder } from './order.ts';

const mover = fileURLToPath(new URL('./member.ts', import.meta.url));

/** Member processes of one group and what they have told. */
export class Members implements AsyncDisposable {
  readonly #children: readonly ChildProcess[];
  readonly #leases: number[];
  readonly #changes = new EventTarget();
  #settled = 0;
  #measured: Measured = {};
  #failed: string | undefined;

  /** `program` gets the order as its one argument. Default: one that moves messages. */
  constructor(order: MemberOrder, count: number, program: string = mover) {
    this.#leases = Array.from({ length: count }, () => 0);
    this.#children = this.#leases.map((_, index) => {
      const child = fork(program, [JSON.stringify(order)], { execArgv: ['--conditions=@millrace/source'] });
      child.on('message', ({ leases, settled, ...measured }: FromMember) => {
        if (leases !== undefined) this.#leases[index] = leases;
        this.#settled += settled ?? 0;
        this.#measured = { ...this.#measured, ...measured };
        this.#changes.dispatchEvent(new Event('change'));
      });
      child.on('exit', (code, signal) => {
        this.#failed = `a member ended (${signal ?? code})`;
        this.#changes.dispatchEvent(new Event('change'));
      });
      return child;
    });
  }

  /** Resolves once the members hold all partitions, none more than one more than another. */
  share(partitions: number): Promise<void> {
    return this.#until(() => {
      const sum = this.#leases.reduce((a, b) => a + b, 0);
      return sum === partitions && Math.max(...this.#leases) - Math.min(...this.#leases) <= 1;
    });
  }

  /** Resolves once the members hold at least so many partitions. */
  hold(partitions: number): Promise<void> {
    return this.#until(() => this.#leases.reduce((a, b) => a + b, 0) >= partitions);
  }

  /** Resolves once so many messages are settled. */
  settle(messages: number): Promise<void> {
    return this.#until(() => this.#settled >= messages);
  }

  get pids(): readonly number[] {
    return this.#children.flatMap(({ pid }) => pid ?? []);
  }

  /** What the member that told last measured. */
  get measured(): Measured {
    return this.#measured;
  }

  signal(signal: NodeJS.Signals): void {
    for (const child of this.#children) child.kill(signal);
  }

  async end(): Promise<void> {
    const ends = this.#children.map((child) => once(child, 'exit'));
    for (const child of this.#children) child.send('end');
    await Promise.all(ends);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failed) throw new Error(this.#failed);
      await once(this.#changes, 'change');
    }
  }
}
