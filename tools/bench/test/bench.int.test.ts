import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MeasuredLine } from '../src/growth/measure-growth.ts';
import type { Row } from '../src/row.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * Processor time of a message against the hand-written loop's in the same run. Far above what is measured (docs/performance):
 * it finds what makes the library several times as dear, not what makes it a little slower.
 */
const dearest = 15;

describe('the bench', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  interface Results {
    rows: Row[];
    lines: MeasuredLine[];
    html: string;
    printed: string;
  }

  async function bench(...parameters: string[]): Promise<Results> {
    const json = join(folder, 'rows.json');
    const html = join(folder, 'page.html');
    const small = ['--messages', '20000', '--rounds', '1', '--json', json, '--html', html];
    const node = ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...node, 'tools/bench/src/main.ts', ...small, ...parameters],
      { cwd: root },
    );
    const { rows, lines } = JSON.parse(await readFile(json, 'utf8'));
    return { rows, lines, html: await readFile(html, 'utf8'), printed: stdout };
  }

  function expectWithinBounds(rows: readonly Row[], server: boolean): void {
    for (const { case: name, costs } of rows) {
      expect(costs?.theirs.clientUs, name).toBeGreaterThan(0);
      expect((costs?.ours.clientUs ?? 0) / (costs?.theirs.clientUs ?? 0), name).toBeLessThan(dearest);
      expect(costs?.ours.allocated, name).toBeGreaterThan(200);
      if (server) expect(costs?.ours.wire, name).toBeGreaterThan(200);
      else expect(costs?.ours, name).toMatchObject({ serverUs: null, wire: null });
    }
  }

  test('says what a message costs on the embedded log, which is not several times the hand-written loop', async () => {
    const { rows, html, printed } = await bench('--cases', 'produce,consume,exactly-once');
    expect(rows.map((row) => row.case)).toEqual([
      'produce',
      'consume',
      'exactly-once',
      'consume-zod',
      'exactly-once-zod',
    ]);
    expectWithinBounds(rows, false);
    expect(html).toContain('exactly-once-zod');
    expect(printed).toContain('client µs');
  });

  requireService('redis')('with a Redis', () => {
    test('says what the server spends too', async () => {
      await using server = await startRedis();
      const { rows } = await bench('--backend', server.url, '--cases', 'produce,exactly-once');
      expectWithinBounds(rows, true);
    });
  });

  test('says what a member costs at a point of a line, and what taking over from it takes', async () => {
    const { lines, html, printed } = await bench('--growth', 'values', '--points', '1');
    const above0 = expect.toSatisfy((value: number) => value > 0);
    expect(lines).toEqual([
      {
        name: 'values',
        counts: 'bytes of a value',
        points: [
          {
            at: 100,
            figures: {
              ...{ rate: above0, messageUs: above0, memory: above0, idle: expect.any(Number) },
              ...{ sockets: 0, joinMs: above0, takeOverMs: above0 },
            },
          },
        ],
      },
    ]);
    expect(printed).toContain('take-over, ms');
    expect(html).toContain('<polyline points="8.0,');
  });

  test('compares two builds in turns', async () => {
    const { rows } = await bench('--against', root, '--cases', 'produce');
    expect(rows).toMatchObject([
      {
        case: 'produce',
        reference: `the build in ${root}`,
        spread: [expect.any(Number), expect.any(Number)],
      },
    ]);
    expect(rows[0]?.costs?.theirs.clientUs).toBeGreaterThan(0);
  });
});
