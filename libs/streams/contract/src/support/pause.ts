import type { Driver } from '@millrace/streams';
import type { MemberProcess } from './member-process.ts';
import { waitFor } from './wait-for.ts';

const patienceMs = 1_000;

/** Pauses the child; where the backend takes no write then, the child goes on for a moment and is paused again. */
export async function pauseBetweenWrites(driver: Driver, topic: string, child: MemberProcess): Promise<void> {
  await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
  await waitFor('the child is paused between two writes', async () => {
    child.pause();
    const record = { topic, partition: 0, key: null, value: '', headers: {}, timestamp: Date.now() };
    const written = driver.append([record], { acks: 'leader' });
    if (await settlesWithin(written, patienceMs)) return true;
    child.resume();
    await written;
    return false;
  });
}

async function settlesWithin(work: Promise<unknown>, patience: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), patience);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
