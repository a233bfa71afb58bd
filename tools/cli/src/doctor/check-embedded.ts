import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, fault, note, ok } from './finding.ts';

const leastFree = 1 << 30;
const mountedOverNetwork: ReadonlySet<number> = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x517b]);

/** The file of an embedded log and the disk under it. */
export async function checkEmbedded(file: string): Promise<Finding[]> {
  const [{ mode, size }, disk] = await Promise.all([stat(file), statfs(dirname(file))]);
  const free = disk.bavail * disk.bsize;
  return [
    free < leastFree
      ? fault(
          'disk',
          `${megabytes(free)} MB are free beside a log of ${megabytes(size)} MB`,
          'make room, or trim topics (streams topics trim)',
        )
      : ok('disk', `${megabytes(free)} MB are free beside a log of ${megabytes(size)} MB`),
    mountedOverNetwork.has(disk.type)
      ? fault(
          'file system',
          'the log lies on a network file system, where its locks do not hold',
          'move it to a disk of this machine',
        )
      : ok('file system', 'the log lies on a disk of this machine'),
    (mode & 0o007) === 0
      ? ok('file mode', 'others on this machine cannot read the log')
      : note('file mode', 'others on this machine can read the log', `chmod o= ${file}`),
  ];
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / (1 << 20));
}
