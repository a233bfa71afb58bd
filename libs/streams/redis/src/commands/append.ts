import type { Once } from '@millrace/streams';
import type { Argument } from '../entries/entry.ts';
import type { RecordRuns } from '../entries/record-runs.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('append');

export interface AppendRequest {
  readonly streams: readonly string[];
  /** With `once`: the hash of producers' sequences for each stream. */
  readonly producers: readonly string[];
  readonly once: Once | undefined;
  /** How long a producer that appends nothing is remembered. */
  readonly producerSeconds: number;
  /** Each run's stream is named by its index from 1. */
  readonly records: RecordRuns;
}

/** The ids in the order of the runs' records; empty for a record that was dropped. */
export async function append(connection: Connection, step: AppendRequest): Promise<string[]> {
  const { streams, producers, once, producerSeconds, records } = step;
  const args: Argument[] = [
    once?.producer ?? '',
    String(once?.sequence ?? 0),
    String(streams.length),
    String(producerSeconds),
  ];
  records.pushTo(args);
  const keys = once ? [...streams, ...producers] : streams;
  return (await runScript(connection, script, keys, args)) as string[];
}
