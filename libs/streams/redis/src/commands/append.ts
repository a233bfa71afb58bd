import type { Once } from '@millrace/streams';
import type { Argument } from '../entry.ts';
import { type Connection, loadScript, runScript } from '../scripts.ts';

const script = loadScript('append');

export interface AppendStep {
  readonly streams: readonly string[];
  /** With `once`: the hash of producers' sequences for each stream. */
  readonly producers: readonly string[];
  readonly once: Once | undefined;
  /** For each record: index of its stream from 1, number of fields and values, fields and values. */
  readonly records: readonly Argument[];
}

/** The ids in the order of the records; empty for a record that was dropped. */
export async function append(connection: Connection, step: AppendStep): Promise<string[]> {
  const { streams, producers, once, records } = step;
  const head = [once?.producer ?? '', String(once?.sequence ?? 0), String(streams.length)];
  const keys = once ? [...streams, ...producers] : streams;
  return (await runScript(connection, script, keys, [...head, ...records])) as string[];
}
