import { type Connection, loadScript, runScript } from '../scripts.ts';

const script = loadScript('seek', 'also-when-full');

export interface SeekStep {
  readonly lease: string;
  readonly stream: string;
  readonly group: string;
  readonly topic: string;
  /** Counts as the last one settled. */
  readonly id: string;
  /** Nothing counts as settled. */
  readonly fresh: boolean;
}

/** False while a live member holds the lease. */
export async function seek(connection: Connection, step: SeekStep): Promise<boolean> {
  const { lease, stream, group, topic, id, fresh } = step;
  return (await runScript(connection, script, [lease, stream], [group, topic, id, fresh ? '1' : '0'])) === 1;
}
