import type { GuideEvent } from '@millrace/guide/events';

/** How many events of each side are shown. */
export type Moment = readonly number[];

/**
 * Every moment that a player can show, from the empty picture on: each brings one drawn event of every side. Sides that
 * are played beside each other are shown in the same step, whoever has fewer events in it waits for the other at its end.
 * Moments that are known stay where they are when further events come.
 */
export function momentsOf(sides: readonly (readonly GuideEvent[])[]): readonly Moment[] {
  const steps = sides.map(stepsOf);
  const count = Math.max(0, ...steps.map(({ length }) => length));
  const moments: Moment[] = [sides.map(() => 0)];
  for (let step = 0; step < count; step++) {
    const length = Math.max(...steps.map((ofSide) => ofSide[step]?.length ?? 0));
    for (let index = 0; index < length; index++) {
      const before = moments.at(-1) ?? [];
      moments.push(
        steps.map((ofSide, side) => {
          const counts = ofSide[step] ?? [];
          return counts[Math.min(index, counts.length - 1)] ?? before[side] ?? 0;
        }),
      );
    }
  }
  return moments;
}

/** For each step, how many events are shown after each drawn one and what follows it undrawn. */
function stepsOf(events: readonly GuideEvent[]): readonly (readonly number[])[] {
  const steps: number[][] = [[]];
  for (const [index, event] of events.entries()) {
    if (event.kind === 'step') steps.push([]);
    const counts = steps.at(-1);
    if (isDrawn(event) || counts?.length === 0) counts?.push(index + 1);
    else if (counts) counts[counts.length - 1] = index + 1;
  }
  return steps;
}

/** Whether the event changes what is drawn. */
export function isDrawn({ kind }: GuideEvent): boolean {
  return kind !== 'command' && kind !== 'produced' && kind !== 'handled';
}
