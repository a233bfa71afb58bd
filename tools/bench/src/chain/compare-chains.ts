import type { Backend } from '../backends/backend.ts';
import { removeAll } from '../ours/remove-all.ts';
import { median, type Row } from '../row.ts';
import type { Workload } from '../workload.ts';
import { type ChainResult, runChain } from './run-chain.ts';

export interface ChainComparison {
  readonly backend: Backend;
  readonly rounds: number;
  readonly workload: Workload;
  readonly progress: (text: string) => void;
}

/** A feeder, four moving stages and a sink, each a process of its own. */
const last = 5;

export async function compareChains({
  backend,
  rounds,
  workload,
  progress,
}: ChainComparison): Promise<Row[]> {
  const ours: ChainResult[] = [];
  const theirs: ChainResult[] = [];
  for (let round = 0; round < rounds; round++) {
    await using places = await backend.places();
    const turns = [
      { kind: 'ours', place: places.ours, results: ours },
      { kind: 'hand-written', place: places.handWritten, results: theirs },
    ] as const;
    for (const { kind, place, results } of round % 2 === 0 ? turns : turns.toReversed()) {
      progress(`chain, round ${round + 1} of ${rounds}: ${kind}`);
      const namespace = `chain-${process.pid}-${round}`;
      results.push(await runChain({ ...workload, kind, place, namespace, last }));
      if (kind === 'ours') await removeAll(place, namespace);
    }
  }
  progress(
    `resident memory of our processes: at most ${Math.round(Math.max(...ours.flatMap((result) => result.residentMb)))} MB`,
  );
  const rate = (results: readonly ChainResult[]): number =>
    median(results.map((result) => result.appendedPerSecond));
  return [
    {
      case: 'chain',
      backend: backend.name,
      ours: rate(ours),
      reference: backend.referenceName,
      theirs: rate(theirs),
      ratio: rate(ours) / rate(theirs),
      unit: 'messages/s',
    },
  ];
}
