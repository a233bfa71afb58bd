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

/** False while a live member holds the lease. What is pending is acknowledged by as many calls as it takes. */
export async function seek(connection: Connection, request: SeekRequest): Promise<boolean> {
  const { lease, stream, group, topic, id, fromStart } = request;
  const args = [group, topic, id, fromStart ? '1' : '0'];
  for (;;) {
    const reply = await runScript(connection, script, [lease, stream], args);
    if (reply !== 2) return reply === 1;
  }
}
