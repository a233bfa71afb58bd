import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { medianCost } from './cost.ts';
import { median, type Row } from './row.ts';

const execute = promisify(execFile);
const program = 'tools/bench/src/main.ts';
const thisTree = resolve(import.meta.dirname, '../../..');

export interface BuildComparison {
  /** A checkout of the project with its packages installed. */
  readonly worktree: string;
  /** Arguments of the bench, the rounds not among them. */
  readonly parameters: readonly string[];
  readonly rounds: number;
  readonly progress: (text: string) => void;
}

/** This build against another, in turns: each round is a process of each, which measures its own library. */
export async function compareBuilds({
  worktree,
  parameters,
  rounds,
  progress,
}: BuildComparison): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const ours: Row[][] = [];
  const theirs: Row[][] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const turns = [
        { tree: thisTree, results: ours },
        { tree: resolve(worktree), results: theirs },
      ];
      for (const { tree, results } of round % 2 === 0 ? turns : turns.toReversed()) {
        progress(`round ${round + 1} of ${rounds}: the build in ${tree}`);
        results.push(
          await measure(tree, [...parameters, '--rounds', '1', '--json', join(folder, 'rows.json')]),
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return (ours[0] ?? [])
    .flatMap((row) => rowOf(row, ours, theirs) ?? [])
    .map((row) => ({
      ...row,
      reference: `the build in ${resolve(worktree)}`,
    }));
}

async function measure(tree: string, parameters: readonly string[]): Promise<Row[]> {
  const node = ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'];
  await execute(process.execPath, [...node, program, ...parameters], {
    cwd: tree,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { rows }: { readonly rows: Row[] } = JSON.parse(
    await readFile(parameters[parameters.length - 1] ?? '', 'utf8'),
  );
  return rows;
}

/** Undefined where the other build has no such case. */
function rowOf(row: Row, ours: readonly Row[][], theirs: readonly Row[][]): Row | undefined {
  const those = (rounds: readonly Row[][]): Row[] =>
    rounds.flatMap((rows) => rows.find((each) => each.case === row.case && each.unit === row.unit) ?? []);
  const [mine, others] = [those(ours), those(theirs)];
  if (mine.length === 0 || mine.length !== others.length) return undefined;
  const ratio = (a: number, b: number): number => (row.unit === 'messages/s' ? a / b : b / a);
  const each = mine.map((round, index) => ratio(round.ours, others[index]?.ours ?? Number.NaN));
  const figure = (rows: readonly Row[]): number => median(rows.map((each) => each.ours));
  const costsOf = (rows: readonly Row[]) => rows.flatMap(({ costs }) => costs?.ours ?? []);
  const both = costsOf(mine).length > 0 && costsOf(others).length > 0;
  const { case: name, backend, reference, unit } = row;
  return {
    ...{ case: name, backend, reference, unit },
    ours: figure(mine),
    theirs: figure(others),
    ratio: median(each),
    spread: [Math.min(...each), Math.max(...each)],
    ...(both && { costs: { ours: medianCost(costsOf(mine)), theirs: medianCost(costsOf(others)) } }),
  };
}
