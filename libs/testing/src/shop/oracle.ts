import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeWhen } from '../require-service.ts';

/** Real files and the program that computes, apart from this project, what a replay of them must report. */
export const shared: Readonly<Record<'oracle' | 'sales' | 'accessLog', string>> = {
  oracle: pathOf('oracle/expected.py'),
  sales: pathOf('data/online_retail.csv.gz'),
  accessLog: pathOf('data/apache_access.log.gz'),
};

/** `describe` for tests that need the oracle; without it, or without Python, they are skipped with the reason. */
export function requireOracle(): (name: string, body: () => void) => void {
  const missing = Object.values(shared).find((file) => !existsSync(file));
  if (missing) return describeWhen({ state: 'skip', reason: `oracle: ${missing} is not here` });
  const python = spawnSync('python3', ['--version']).status === 0;
  return describeWhen(
    python ? { state: 'available' } : { state: 'skip', reason: 'oracle: no python3 on the PATH' },
  );
}

export interface OracleOptions {
  readonly openingStock: number;
  readonly accessLog?: string;
}

/** What a replay of the files must report. */
export function askOracle(sales: string, { openingStock, accessLog }: OracleOptions): unknown {
  const log = accessLog === undefined ? [] : ['--access-log', accessLog];
  const program = [shared.oracle, sales, '--opening-stock', String(openingStock), ...log];
  const { status, stdout, stderr } = spawnSync('python3', program, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`../../../../../shared/${name}`, import.meta.url));
}
