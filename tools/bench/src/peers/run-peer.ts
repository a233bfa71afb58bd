import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Messages a second that a peer's program moved. */
export async function runPeer(program: string, order: unknown): Promise<number> {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 120_000,
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the peer ${program} ended with ${code}`);
  return (JSON.parse(output) as { readonly perSecond: number }).perSecond;
}
