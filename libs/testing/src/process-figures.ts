import { readdir, readFile, readlink } from 'node:fs/promises';

/** The tick of /proc, in microseconds: a hundred a second on every Linux that Node runs on. */
const tickUs = 10_000;

/** Microseconds of processor time that a process has used, its ended children not counted. Linux only. */
export async function processorUsOf(pid: number): Promise<number> {
  const statistics = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = statistics.slice(statistics.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

/** The process of this user that listens on a port of this machine; undefined elsewhere than on Linux. */
export async function listenerOf(port: number): Promise<number | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = tables.flatMap((table) => table.split('\n')).map((line) => line.trim().split(/\s+/));
  const listening = lines.find(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A');
  const inode = listening?.[9];
  if (inode === undefined) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      if (target === `socket:[${inode}]`) return Number(pid);
    }
  }
  return undefined;
}
