import type { FlowOfTopic } from '../../../../src/api/snapshot.ts';

export interface Dot {
  readonly lane: number;
  /** How far it has come, from 0 to 1. */
  readonly share: number;
  /** Messages that it stands for. */
  readonly weight: number;
}

interface Moving {
  readonly lane: number;
  readonly from: number;
  readonly weight: number;
}

const crossesInMs = 1_800;
const most = 160;

/** Messages of one topic on their way over the screen: they enter at the rate at which they were stored. */
export class Dots {
  #moving: Moving[] = [];

  /** Spreads what went through over the time in which it did. */
  add({ count, partitions }: FlowOfTopic, overMs: number, now: number): void {
    const weight = Math.max(count / Math.max(partitions.length, 1), 1);
    for (const [index, lane] of partitions.entries())
      this.#moving.push({ lane, from: now + (index / partitions.length) * overMs, weight });
    if (this.#moving.length > most) this.#moving = this.#moving.slice(-most);
  }

  at(now: number): readonly Dot[] {
    this.#moving = this.#moving.filter(({ from }) => now - from < crossesInMs);
    return this.#moving.map(({ lane, from, weight }) => ({
      lane,
      share: Math.max((now - from) / crossesInMs, 0),
      weight,
    }));
  }

  /** Draws each frame; four times a second for whoever wants no motion. Returns how to stop. */
  animate(draw: (now: number) => void): () => void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      const timer = setInterval(() => draw(performance.now()), 250);
      return () => clearInterval(timer);
    }
    let frame = 0;
    const step = (now: number): void => {
      draw(now);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }
}
