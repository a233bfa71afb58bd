import cliProgress from 'cli-progress';
import type { Output } from '../output/output.ts';

const everyRecords = 100_000;

/** A bar on a terminal, and now and then a line elsewhere; both on standard error. */
export class Progress {
  readonly #output: Output;
  readonly #bar: cliProgress.SingleBar | undefined;
  #done = 0;
  #total = 0;
  #told = 0;

  constructor(output: Output, doing: string) {
    this.#output = output;
    if (!output.progress.isTTY) return;
    this.#bar = new cliProgress.SingleBar({
      format: `${doing} {bar} {percentage}% {value} of {total} records, {eta_formatted} to go`,
      stream: output.progress,
      hideCursor: true,
    });
  }

  start(total: number, done: number): void {
    this.#total = total;
    this.#done = done;
    this.#told = done;
    this.#bar?.start(total, done);
  }

  add(count: number): void {
    this.#done += count;
    this.#bar?.update(this.#done);
    if (this.#bar || this.#done - this.#told < everyRecords) return;
    this.#told = this.#done;
    this.#output.message(`${this.#done} of ${this.#total} records`);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
