import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('trim');

const entriesPerCall = 2_000;

export interface TrimRequest {
  readonly stream: string;
  /** The first entry to keep. */
  readonly before?: string | undefined;
  /** How many of the newest entries to keep. */
  readonly keep?: number | undefined;
  readonly evenIfUnacknowledged: boolean;
}

/** How many entries were removed, and whether a further call may remove more. */
export async function trim(
  connection: Connection,
  step: TrimRequest,
): Promise<{ removed: number; more: boolean }> {
  const { stream, before = '', keep = '', evenIfUnacknowledged } = step;
  const args = [before, String(keep), evenIfUnacknowledged ? '1' : '0', String(entriesPerCall)];
  const [removed, more] = (await runScript(connection, script, [stream], args)) as [number, number];
  return { removed, more: more === 1 };
}
