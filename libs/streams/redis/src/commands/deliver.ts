import type { Argument } from '../entries/entry.ts';
import { Keys } from './keys.ts';
import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('deliver');

export interface OutboxEntry {
  readonly number: number;
  readonly stream: string;
  /** Fields and values in turn. */
  readonly fields: readonly Argument[];
}

/** How many outputs before the first one are missing where they go: lost there, as by a failover. */
export async function deliver(
  connection: Connection,
  step: { readonly inbox: string; readonly source: string; readonly outboxEntries: readonly OutboxEntry[] },
): Promise<number> {
  const keys = new Keys([step.inbox]);
  const args: Argument[] = [step.source, String(step.outboxEntries[0]?.number ?? 0)];
  for (const { number, stream, fields } of step.outboxEntries) {
    args.push(String(number), keys.index(stream), String(fields.length));
    for (const field of fields) args.push(field);
  }
  return Number(await runScript(connection, script, keys.names, args));
}
