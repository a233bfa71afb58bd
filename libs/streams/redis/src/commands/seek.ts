import { type Connection, loadScript, runScript } from './script.ts';

const script = loadScript('seek', 'also-when-full');

export interface SeekRequest {
  readonly lease: string;
  readonly stream: string;
  readonly group: string;
  readonly topic: string;
  /** Counts as the last one acknowledged. */
  readonly id: string;
  /** Nothing counts as acknowledged. */
  readonly fromStart: boolean;
}

/** False while a live member holds the lease. */
export async function seek(connection: Connection, step: SeekRequest): Promise<boolean> {
  const { lease, stream, group, topic, id, fromStart } = step;
  return (
    (await runScript(connection, script, [lease, stream], [group, topic, id, fromStart ? '1' : '0'])) === 1
  );
}
