import { findScenario, type GuideEvent, play } from '@millrace/guide';
import { beforeAll, expect, test } from 'vitest';
import { layoutOf } from '../../src/pages/guide/layout.ts';
import { afterEvent, emptyPicture, pictureAt } from '../../src/pages/guide/picture.ts';
import { describePicture, sentenceOf } from '../../src/pages/guide/sentence.ts';

const events: GuideEvent[] = [];

beforeAll(async () => {
  const scenario = findScenario('17');
  if (!scenario) throw new Error('there is no picture 17');
  for await (const event of play(scenario, { parameters: { consumers: 2, messages: 3 } })) events.push(event);
});

test('after all events everything is in the picture', () => {
  const picture = pictureAt(events, events.length);
  expect(picture.lanes).toMatchObject([{ name: 'email P0', stored: 3 }]);
  expect(picture.consumers).toMatchObject([
    { name: 'C1', handled: 3, unacknowledged: [] },
    { name: 'C2', handled: 3, unacknowledged: [] },
  ]);
  expect(picture.claims.map(({ holds }) => holds)).toEqual([true, true, true]);
  expect(picture.finished).toBe(true);
  expect(describePicture(picture)).toContain('email P0 holds 3 records, the last Email 1, Email 2, Email 3.');
});

test('a step back is the picture before, and no picture is changed by the next', () => {
  let picture = emptyPicture;
  for (const [index, event] of events.entries()) {
    const before = JSON.stringify(picture);
    const next = afterEvent(picture, event);
    expect(JSON.stringify(picture)).toBe(before);
    expect(pictureAt(events, index)).toEqual(picture);
    picture = next;
  }
});

test('a crash, what was pending to the dead, and who takes it', () => {
  const place = { topic: 'jobs', partition: 0, offset: '1' };
  const started = (consumer: string): object => ({ kind: 'consumer-started', consumer, group: 'g', pid: 1 });
  const story = [
    started('C1'),
    started('C2'),
    { kind: 'delivered', consumer: 'C1', group: 'g', label: 'Job 1', attempt: 1, ...place },
    { kind: 'reclaimed', consumer: 'C2', from: 'C1', group: 'g', label: 'Job 1', ...place },
    { kind: 'crashed', consumer: 'C1', group: 'g', pid: 1, signal: 'SIGKILL' },
    { kind: 'acknowledged', consumer: 'C2', group: 'g', label: 'Job 1', ...place },
  ].map((fact, sequence) => ({ sequence, atMs: 0, ...fact })) as GuideEvent[];
  expect(pictureAt(story, 4).consumers).toMatchObject([
    { unacknowledged: [] },
    { unacknowledged: ['Job 1'], isProcess: true },
  ]);
  const end = pictureAt(story, story.length);
  expect(end.consumers).toMatchObject([{ state: 'killed' }, { state: 'up', unacknowledged: [] }]);
  expect(end.lanes).toMatchObject([{ committed: { g: '1' } }]);
  expect(story.map(sentenceOf).at(-2)).toBe('C1 is killed with SIGKILL.');
});

test.each(['wide', 'half', 'narrow'] as const)('nothing is drawn outside of the picture, %s', (form) => {
  const picture = pictureAt(events, events.length);
  {
    const { width, height, lanes, consumers } = layoutOf(picture, form);
    for (const each of [...lanes, ...consumers]) {
      expect(each.x + each.width).toBeLessThanOrEqual(width);
      expect(each.y + each.height).toBeLessThanOrEqual(height + 10);
    }
  }
});
