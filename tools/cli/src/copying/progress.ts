import cliProgress from 'cli-progress';
import type { Output } from '../output/output.ts';

const everyRecords = 100_000;

/** A bar on a terminal, and now and then a line elsewhere; both on standard error. */
export class Progress implements Disposable {
  readonly #output: Output;
  readonly #bar: cliProgress.SingleBar | undefined;
  readonly #forget: () => void;
  #done = 0;
  #total = 0;
  #told = 0;

  constructor(output: Output, doing: string, signal: AbortSignal) {
    this.#output = output;
    const interrupted = (): void => {
      this[Symbol.dispose]();
      output.message('interrupted; the same call goes on where this one stopped');
    };
    signal.addEventListener('abort', interrupted, { once: true });
    this.#forget = () => signal.removeEventListener('abort', interrupted);
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

  /** Gives the terminal back as it was. */
  [Symbol.dispose](): void {
    this.#forget();
    this.#bar?.stop();
  }
}
