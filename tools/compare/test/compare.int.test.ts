import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { requireService, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import type { Comparison } from '../src/figures.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

requireService('redis')('the same short load on the embedded log and on Redis', () => {
  test('is measured in every respect, reported, and leaves nothing behind', async () => {
    await using server = await startRedis();
    const folder = mkdtempSync(join(tmpdir(), 'compare-'));
    const [html, json] = [join(folder, 'report.html'), join(folder, 'report.json')];
    const load = [
      '--seconds',
      '1',
      '--consumers',
      '2',
      '--partitions',
      '4',
      '--rate',
      '500',
      '--no-kill-leaders',
    ];
    const child = spawn(
      process.execPath,
      ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning', main]
        .concat(['--backends', `embedded:,${server.url}`, '--html', html, '--json', json])
        .concat(load),
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
    expect(code, errors).toBe(0);
    const { backends, conclusion } = JSON.parse(readFileSync(json, 'utf8')) as Comparison;
    expect(backends.map(({ backend }) => backend)).toEqual(['embedded', 'redis']);
    for (const each of backends) {
      expect(each.throughput).toBeGreaterThan(0);
      expect(each.pacedRate).toBe(500);
      expect(each.clientCpuUs).toBeGreaterThan(0);
      expect(each.diskPerRecord).toBeGreaterThan(100);
      expect(each.failoverMs).toBeGreaterThan(0);
      const times = each.latencyMs.map(({ ms }) => ms);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times[0]).toBeGreaterThan(0);
    }
    expect(backends[1]?.serverCpuUs).toBeGreaterThan(0);
    expect(backends[1]?.serverMemory).toBeGreaterThan(0);
    expect(conclusion).toHaveLength(2);
    expect(readFileSync(html, 'utf8')).toContain(conclusion[0]);
    expect(await server.command('DBSIZE')).toBe(':0\r\n');
    rmSync(folder, { recursive: true });
  });
});
