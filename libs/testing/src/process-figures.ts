import { readdir, readFile, readlink } from 'node:fs/promises';

/** The tick of /proc, in microseconds: a hundred a second on every Linux that Node runs on. */
const tickUs = 10_000;

/** Microseconds of processor time that a process has used, its ended children not counted. Linux only. */
export async function processorUsOf(pid: number): Promise<number> {
  const statistics = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = statistics.slice(statistics.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickUs;
}

/** Bytes of memory that a process has. Linux only. */
export async function residentBytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** How many TCP sockets it has open. Linux only. */
export async function socketsOf(pid: number): Promise<number> {
  const tcp = new Set((await tcpSockets()).map(([, , , , , , , , , inode]) => `socket:[${inode}]`));
  return (await targetsOf(pid)).filter((target) => tcp.has(target)).length;
}

/** The process of this user that listens on a port of this machine; undefined elsewhere than on Linux. */
export async function listenerOf(port: number): Promise<number | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = (await tcpSockets()).find(
    ([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A',
  );
  const inode = listening?.[9];
  if (inode === undefined) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    if ((await targetsOf(pid)).includes(`socket:[${inode}]`)) return pid;
  }
  return undefined;
}

/** The columns of the system's tables of TCP sockets: the second is the local address, the fourth the state, the tenth the inode. */
async function tcpSockets(): Promise<string[][]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.flatMap((table) => table.split('\n')).map((line) => line.trim().split(/\s+/));
}

/** What the descriptors of a process lead to; none of a process that is gone or another user's. */
async function targetsOf(pid: number): Promise<string[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return await Promise.all(descriptors.map((each) => readlink(`/proc/${pid}/fd/${each}`).catch(() => '')));
}
