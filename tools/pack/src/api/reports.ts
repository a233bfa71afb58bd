import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { published } from '../pack-all.ts';
import { entryPoints } from './entry-points.ts';
import { reportOf } from './report.ts';

/** Writes the report of every entry point and removes those of entry points that are gone. Returns the paths written. */
export function writeReports(root: string): readonly string[] {
  const entries = entryPoints(root);
  for (const path of staleReports(root)) rmSync(join(root, path));
  for (const entry of entries) {
    mkdirSync(dirname(join(root, entry.report)), { recursive: true });
    writeFileSync(join(root, entry.report), reportOf(entry));
  }
  return entries.map(({ report }) => report);
}

/** How the built packages differ from the reports that are checked in, for people; empty when they do not. */
export function checkReports(root: string): readonly string[] {
  const changed = entryPoints(root).map((entry) => differenceFrom(root, entry.report, reportOf(entry)));
  const stale = staleReports(root).map((path) => `${path} reports an entry point that is gone`);
  return [...changed, ...stale].filter((text) => text !== '');
}

/** What changed from the file at the path to the text, as git shows it; empty when nothing did. */
export function differenceFrom(root: string, path: string, text: string): string {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return '';
  const before = existsSync(file) ? file : '/dev/null';
  const parameters = ['diff', '--no-index', '--unified=2', '--', before, '-'];
  const { stdout } = spawnSync('git', parameters, { input: text, encoding: 'utf8' });
  return `${path}\n${stdout.slice(Math.max(0, stdout.indexOf('@@')))}`;
}

function staleReports(root: string): readonly string[] {
  const current = new Set(entryPoints(root).map(({ report }) => report));
  const present = published.flatMap((path) => globSync(`${path}/api/*.md`, { cwd: root }));
  return present.filter((path) => !current.has(path));
}
