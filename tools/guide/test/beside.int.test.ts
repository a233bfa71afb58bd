import { findScenario } from '@millrace/guide';
import { requireService, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import { parseOptions } from '../src/options.ts';
import { playBeside } from '../src/play-beside.ts';
import { memoryTerminal } from './support/terminal.ts';

requireService('redis')('a picture on two backends', () => {
  test('is stepped on both, each step beside the other’s', async () => {
    await using server = await startRedis();
    const { terminal, text } = memoryTerminal(120);
    const scenario = findScenario('13');
    if (!scenario) throw new Error('there is no picture 13');
    const options = parseOptions(['13', '--beside', server.url]);
    expect(await playBeside(terminal, scenario, options, [undefined, server.url])).toBe(true);
    const steps = text()
      .split('\n')
      .filter((line) => line.includes('▸ '))
      .map((line) => line.split('│').map((column) => /▸ (\w+ ?\w*)/.exec(column)?.[1]));
    expect(steps).toHaveLength(3);
    for (const [left, right] of steps) expect(right).toBe(left);
    expect(text()).toContain('All claims hold on embedded. All claims hold on redis.');
    for (const line of text().split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('ends on both when one of them fails', async () => {
    const { terminal } = memoryTerminal(120);
    const scenario = findScenario('40');
    if (!scenario) throw new Error('there is no picture 40');
    const options = parseOptions(['40', '--beside', 'kafka://127.0.0.1:1']);
    await expect(playBeside(terminal, scenario, options, [undefined, 'kafka://127.0.0.1:1'])).rejects.toThrow(
      /Kafka keeps no list of pending records/,
    );
  });
});
