import { scenarios } from '@millrace/guide';
import { describe, expect, test } from 'vitest';
import type { GuideClaim, GuideEvent } from '../src/events.ts';
import {
  claimedByThird,
  type Damage,
  earlyC2,
  effectOfNobody,
  effectsAgain,
  effectsOfC2,
  fifthMember,
  hoarder,
  longerBacklog,
  moreOfTheLast,
  moreRecords,
  nothingLeft,
  oneMoreIn,
  oneOrderMore,
  strangeGroup,
  thirdMember,
  topicGone,
} from './damages.ts';
import { playThrough, scenarioOf, toldTwice } from './play-through.ts';

/** For each picture, which damage must be noticed by which of its claims, by their numbers from 1. */
const cases: Readonly<Record<string, readonly (readonly [Damage, readonly number[]])[]>> = {
  '1': [
    [oneOrderMore, [3]],
    [nothingLeft, [1, 2]],
  ],
  '8': [
    [{ ...moreRecords, ...hoarder }, [1, 2, 3]],
    [effectsAgain, [4]],
  ],
  '13': [[moreRecords, [1, 2]]],
  '14': [
    [moreRecords, [2]],
    [topicGone, [1]],
  ],
  '17': [
    [effectsAgain, [1, 2]],
    [strangeGroup, [3]],
  ],
  '23': [
    [effectsAgain, [1]],
    [moreRecords, [2, 4]],
    [fifthMember(), [3]],
  ],
  '21': [
    [moreRecords, [1]],
    [effectsAgain, [2, 3]],
  ],
  '24': [
    [moreRecords, [1]],
    [effectsAgain, [2]],
  ],
  '25': [
    [effectsAgain, [1]],
    [effectsOfC2, [1, 2]],
    [moreRecords, [3]],
  ],
  '27': [
    [effectsAgain, [1]],
    [strangeGroup, [2]],
    [moreRecords, [3]],
  ],
  '29': [[moreOfTheLast, [1, 2]]],
  '30': [
    [oneMoreIn('orders'), [1, 2]],
    [moreRecords, [3]],
  ],
  '31': [
    [effectsAgain, [1]],
    [moreRecords, [2]],
  ],
  '32': [
    [effectsAgain, [1]],
    [earlyC2, [2]],
    [moreRecords, [3]],
  ],
  '36': [
    [longerBacklog, [1]],
    [moreRecords, [2]],
    [effectsAgain, [3]],
  ],
  '38': [
    [effectsOfC2, [1, 3]],
    [moreRecords, [2]],
  ],
  '39': [
    [effectsAgain, [1]],
    [moreRecords, [2, 3]],
  ],
  '40': [
    [thirdMember, [1, 2, 3]],
    [claimedByThird, [4]],
  ],
  '44': [
    [effectsAgain, [1, 2]],
    [moreRecords, [3]],
  ],
  '45': [
    [effectOfNobody, [1, 2]],
    [oneMoreIn('payments'), [3]],
    [moreRecords, [4]],
  ],
  'exactly-once': [
    [effectsAgain, [1]],
    [moreRecords, [2, 3]],
  ],
  reading: [[effectsAgain, [1, 2, 3, 4, 5, 6]]],
};

describe.concurrent('a claim fails when the backend holds something else', () => {
  for (const [id, damages] of Object.entries(cases))
    test(`picture ${id}`, async () => {
      const scenario = scenarioOf(id);
      const noticed = new Set<number>();
      for (const [damage, numbers] of damages) {
        const { claims, failed } = await playThrough(scenario, damage);
        const failedNumbers = claims.flatMap((claim, index) =>
          failed.some((text) => text.startsWith(`${claim}:`)) ? [index + 1] : [],
        );
        expect(failedNumbers).toEqual(expect.arrayContaining([...numbers]));
        for (const number of numbers) noticed.add(number);
        expect(claims).toHaveLength(Math.max(...damages.flatMap(([, all]) => all)));
      }
      expect(noticed.size).toBe(Math.max(...noticed));
    });
});

/** Tested by `clusters.int`, on clusters. */
const ofClusters = ['46', '47', '48'];

test('every picture is damaged here or on a cluster', () => {
  expect(Object.keys(cases).concat(ofClusters).toSorted()).toEqual(scenarios.map(({ id }) => id).toSorted());
});

// One picture after another: a machine that is busy with many may take a lease from a member that is too slow.
describe('the first seed tells the same story twice, and its claims hold', () => {
  for (const { id } of toldTwice)
    test(`picture ${id}`, async () => {
      const scenario = scenarioOf(id);
      const [once, twice] = [await playThrough(scenario), await playThrough(scenario)];
      expect([once.failed, twice.failed]).toEqual([[], []]);
      expect(once.claims.length).toBeGreaterThan(1);
      expect(story(twice)).toEqual(story(once));
    });
});

test.each(['23', '24', '29'])('another seed tells another story in picture %s', async (id) => {
  const [once, other] = await Promise.all([7, 8].map((seed) => playThrough(scenarioOf(id), { seed })));
  expect(story(other)).not.toEqual(story(once));
});

/** Without times, numbers of processes and names of temporary files, which differ, and without what is left to chance. */
function story(played: Awaited<ReturnType<typeof playThrough>> | undefined): unknown[] {
  return (played?.events ?? []).filter(isCertain).map((event) => {
    const text = JSON.stringify({ ...certain(event), sequence: 0, atMs: 0, timestamp: 0, pid: 0 });
    return text
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{13}\b/g, 'a time')
      .replaceAll(/\/[^"\s]*streams\.db/g, 'a file');
  });
}

/** How many records are stored until one who waits for new ones has seen two is nobody's to say. */
function isCertain(event: GuideEvent): boolean {
  return !('label' in event) || !event.label.startsWith('New ');
}

/** Whether a killed process had stored what nobody waited for is nobody's to say: that is what picture 29 shows. */
function certain(event: GuideEvent): GuideEvent {
  if (event.kind === 'table' && event.title === 'Records that survived')
    return { ...event, rows: event.rows.filter(([acks]) => acks !== 'none') };
  const isOfChance = ({ text }: GuideClaim): boolean =>
    text === 'No record is there twice' || text.startsWith('Only new ones');
  return event.kind === 'claim-checked' && isOfChance(event.claim)
    ? { ...event, claim: { ...event.claim, evidence: '' } }
    : event;
}
