import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Notice, on, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { expect, test } from 'vitest';
import { BatchRows } from '../src/log/batch-rows.ts';
import { openLogEngine } from '../src/log/open-log-engine.ts';
import { PartitionReader } from '../src/log/partition-reader.ts';
import { record, testLog, textOf, waitUntil } from './support/log.ts';

const jobs = topic<number>('orders', { key: String });

// SQLite itself tries for ten seconds before it gives up, and the thread waits with it.
test('locks that another process holds end neither a process nor a group, and nothing is skipped', async () => {
  await using log = testLog();
  const driver = await log.open();
  const notices: Notice[] = [];
  driver.onNotice((notice) => void notices.push(notice));
  const streams = createStreams(driver);
  await streams.admin.ensureTopics([{ topic: jobs, partitions: 2 }]);
  const handled: number[] = [];
  await using running = await streams.run({
    group: 'g',
    mode: 'partitioned',
    delivery: 'at-least-once',
    leaseMs: 1_000,
    routes: [on(jobs, ({ value }) => void handled.push(value))],
  });
  let sent = 0;
  const publish = (): Promise<unknown> => streams.publish(jobs, [sent++, sent++]);
  await publish();
  await waitUntil('both are handled', () => handled.length === 2);
  const holder = await holdReadLocks(log.file);
  const publishing = publish();
  expect(await Promise.race([once(holder, 'exit').then(() => 'released'), running.finished])).toBe(
    'released',
  );
  await publishing;
  await publish();
  await running.caughtUp();
  expect([...new Set(handled)].toSorted((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, n) => n));
  expect(running.leases()).toEqual([0, 1]);
  await waitUntil('the group has recovered', () => running.state() === 'running');
  expect(notices.filter(({ kind }) => kind === 'records-lost')).toEqual([]);
}, 60_000);

test('what was read before an error is delivered, and what comes after it is read again', async () => {
  await using log = testLog();
  const driver = await log.open();
  await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
  for (const value of ['a', 'b', 'c']) await driver.append([record(value)], { acks: 'leader' });
  const engine = await openLogEngine(log.file, { busyMs: 1_000 });
  const [partition] = engine.catalog.partitions('orders');
  if (partition === undefined) throw new Error('the topic has no partition');
  const rows = new FailingRows(engine.database);
  const reader = PartitionReader.records(rows, partition, 0);
  const take = (): string[] => reader.take(10).map(textOf);
  rows.failAt = 0;
  expect(take()).toEqual(['a']);
  rows.failAt = 0;
  expect(take).toThrow('database is locked');
  rows.failAt = Number.POSITIVE_INFINITY;
  expect(take()).toEqual(['b', 'c']);
  await engine.close();
});

/** Rows of a log whose lock is lost to another process once so many were read. */
class FailingRows extends BatchRows {
  failAt = Number.POSITIVE_INFINITY;

  override following(...place: Parameters<BatchRows['following']>): ReturnType<BatchRows['following']> {
    if (this.failAt-- === 0) throw new Error('database is locked');
    return super.following(...place);
  }
}

/**
 * Another process takes the locks of the -shm file by which SQLite's readers mark what they read, as one does that is stopped
 * while it begins a read, and holds them for longer than SQLite tries. Node cannot lock bytes of a file; perl, of every Debian,
 * can.
 */
async function holdReadLocks(file: string) {
  const holder = spawn('perl', ['-e', lockBytes, `${file}-shm`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}

const lockBytes = `
use Fcntl;
open(my $file, '+<', $ARGV[0]) or die $!;
for my $byte (123 .. 127) {
  # struct flock: type, whence, start, length, process.
  select(undef, undef, undef, 0.001) until fcntl($file, F_SETLK, pack('s s x4 q q i x4', F_WRLCK, 0, $byte, 1, 0));
}
$| = 1;
print "held\\n";
sleep 12;
`;
