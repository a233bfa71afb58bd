import type { Stage } from '../engine/stage.ts';

/** Claims that no acknowledged record is missing, and that each partition has them in the order of sending. */
export function acknowledgedAreStored(
  stage: Stage,
  topic: string,
  acknowledged: () => readonly string[],
): void {
  stage.claim('Every acknowledged record is there', async () => {
    const stored = new Set((await stage.records.stored(topic)).map(({ label }) => label));
    const lost = acknowledged().filter((label) => !stored.has(label));
    return {
      holds: lost.length === 0 && acknowledged().length > 0,
      evidence: `${acknowledged().length} acknowledged, ${stored.size} stored, ${lost.length} of the acknowledged missing`,
    };
  });
  stage.claim('Each partition has its records in the order of sending', async () => {
    const lanes = Map.groupBy(await stage.records.stored(topic), ({ partition }) => partition);
    const wrong = [...lanes.values()].filter((lane) =>
      lane.some(({ label }, index) => index > 0 && numberOf(label) <= numberOf(lane[index - 1]?.label ?? '')),
    );
    return {
      holds: wrong.length === 0 && lanes.size > 0,
      evidence: `${lanes.size - wrong.length} of ${lanes.size} partitions are in order`,
    };
  });
}

function numberOf(label: string): number {
  return Number(label.split(' ').at(-1));
}
