import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../peers/', import.meta.url));

/** What a peer's program measured, in the form that it writes. */
export async function runPeer<Figures>(program: string, order: unknown): Promise<Figures> {
  const child = spawn(process.execPath, [`${folder}${program}`, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 120_000,
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the peer ${program} ended with ${code}`);
  return JSON.parse(output) as Figures;
}

/** They have a package.json and lock of their own, and older dependencies than ours. */
export function installPeers(progress: (text: string) => void): void {
  if (existsSync(`${folder}node_modules`)) return;
  progress('installing the peers');
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the peers could not be installed: ${stderr}`);
}
