import { constants } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bufferProblem, diskProblem } from '../src/files/does-it-fit.ts';
import { playFiles } from '../src/files/play-files.ts';
import { firstDifference } from '../src/files/same-content.ts';
import { memoryTerminal } from './support/terminal.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guide-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('both ways make the same of a file as sed does, and memory is drawn', async () => {
  const svg = join(folder, 'memory.svg');
  const { terminal, text } = memoryTerminal();
  const holds = await playFiles(terminal, { bytes: 12_000_000, svg, json: false });
  expect(text()).toContain('✓ The stream made the same of it as GNU sed, byte for byte');
  expect(text()).toContain('✓ The buffer made the same of it as GNU sed, byte for byte');
  expect(text()).toMatch(/buffer\s+\S+ s\s/);
  expect(text()).not.toContain('✗');
  expect(holds).toBe(true);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*<polyline points="[\d., ]+"/);
});

test('what does not fit is refused with the reason', async () => {
  expect(await bufferProblem(constants.MAX_STRING_LENGTH + 1)).toMatch(
    /^refused: .* do not fit into one string/,
  );
  expect(await diskProblem(folder, 1e18)).toMatch(/choose a smaller --size$/);
  expect(await diskProblem(folder, 1_000)).toBeUndefined();
});

test('a difference is found wherever it is, and a missing end too', async () => {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  const bytes = Buffer.alloc(1_500_000, 'a');
  writeFileSync(one, bytes);
  writeFileSync(other, bytes);
  expect(await firstDifference(one, other)).toBeUndefined();
  bytes[1_200_000] = 98;
  writeFileSync(other, bytes);
  expect(await firstDifference(one, other)).toBe(1_200_000);
  writeFileSync(other, bytes.subarray(0, 900_000));
  expect(await firstDifference(one, other)).toBe(900_000);
});
