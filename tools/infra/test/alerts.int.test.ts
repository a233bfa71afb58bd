import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireService } from '@millrace/testing';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../../infra/compose/prometheus');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

requireService('prometheus')('the alerts', () => {
  it('are rules as Prometheus wants them', () => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    expect(execFileSync('promtool', ['check', 'rules', 'alerts.yaml'], options)).toContain('SUCCESS');
  });

  it('come when they should and stay away when they should not, each of them', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'alerts.test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    const rules = [...read('alerts.yaml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const tested = [...read('alerts.test.yaml').matchAll(/alertname: (\w+)/g)].map(([, name]) => name);
    expect(rules.filter((name) => !tested.includes(name))).toEqual([]);
  });
});
