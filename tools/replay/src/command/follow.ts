import { setTimeout as sleep } from 'node:timers/promises';
import type { Backlog } from '../backlog/backlog.ts';
import type { Screen, Status } from '../screen/screen.ts';
import { Speed } from '../screen/speed.ts';
import type { MemoryLog } from '../services/memory-log.ts';

export interface Followed {
  readonly screen: Screen;
  readonly memory: MemoryLog;
  readonly processes: () => readonly { readonly name: string; readonly processId: number }[];
  readonly rows: () => number;
  /** How much of the files has been read, 0 to 1. */
  readonly fraction: () => number;
}

const everyMs = 250;
const firstRows = 100_000;

/** Shows how far a replay is, and keeps watch over the services' memory. */
export class Follower {
  readonly #followed: Followed;
  readonly #rowSpeed: Speed = new Speed();
  #phaseSpeed: Speed = new Speed();
  #phase: Status['phase'] = 'feeding';
  #lag = 0;
  #mostLag = 0;
  /** Of the catching up. A record that is handled may make several: the backlog grows at times, the bar does not go back. */
  #caughtUp = 0;

  constructor(followed: Followed) {
    this.#followed = followed;
  }

  measured({ lag }: Backlog): void {
    this.#lag = lag;
    this.#mostLag = Math.max(this.#mostLag, lag);
  }

  catchingUp(): void {
    this.#phase = 'catching up';
    this.#phaseSpeed = new Speed();
    this.#mostLag = this.#lag;
  }

  caughtUp(): void {
    this.#mostLag = 1;
    this.#lag = 0;
  }

  /** Until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#look();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
    this.#look();
  }

  #look(): void {
    const { memory, processes, rows, screen } = this.#followed;
    memory.sample(processes());
    // What waits in the topics has cost the services nothing yet.
    if (rows() - this.#lag >= firstRows) memory.markFirstRows();
    screen.show(this.#status());
  }

  #status(): Status {
    const now = performance.now();
    const rows = this.#followed.rows();
    const fraction = this.#phase === 'feeding' ? this.#followed.fraction() : this.#catchUp();
    const speed = this.#phaseSpeed.add(fraction, now);
    return {
      phase: this.#phase,
      fraction,
      rows,
      rowsPerSecond: this.#phase === 'feeding' ? this.#rowSpeed.add(rows, now) : undefined,
      secondsLeft: speed > 0 ? (1 - fraction) / speed : undefined,
      lag: this.#lag,
    };
  }

  #catchUp(): number {
    if (this.#mostLag > 0) this.#caughtUp = Math.max(this.#caughtUp, 1 - this.#lag / this.#mostLag);
    return this.#caughtUp;
  }
}
