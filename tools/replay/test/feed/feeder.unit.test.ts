import { StreamsError } from '@millrace/streams';
import { expect, test } from 'vitest';
import { Gate } from '../../src/backlog/gate.ts';
import type { Chunk } from '../../src/feed/chunk.ts';
import { type FeederOptions, publishChunks } from '../../src/feed/feeder.ts';
import { Checkpoint } from '../../src/run/checkpoint.ts';
import { createFolders, runFolder } from '../../src/run/run-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const never = new AbortController().signal;

function world() {
  const run = runFolder(temporaryFolder(), 'a');
  createFolders(run);
  const gate = new Gate(10);
  const published: string[] = [];
  const failures: Error[] = [];
  async function* chunks(count: number): AsyncGenerator<Chunk> {
    for (let number = 1; number <= count; number++) {
      yield {
        number,
        batches: [
          {
            records: 3,
            async publish(_streams, once) {
              const failure = failures.shift();
              if (failure) throw failure;
              published.push(`${once.producer} ${once.sequence}`);
            },
          },
        ],
      };
    }
  }
  const notes: string[] = [];
  const options = (): FeederOptions => ({
    // The batches of this test publish nowhere.
    streams: {} as FeederOptions['streams'],
    gate,
    checkpoint: Checkpoint.load(run),
    patienceMs: 60_000,
    note: (text) => notes.push(text),
  });
  return { run, gate, published, failures, notes, chunks, options };
}

test('publishes each chunk under its number and remembers it', async () => {
  const { chunks, options, published } = world();
  const first = options();
  await publishChunks('sales', chunks(2), first, never);
  expect(published).toEqual(['replay.sales 1', 'replay.sales 2']);
  first.checkpoint.save();
  await publishChunks('sales', chunks(3), options(), never);
  expect(published.slice(2)).toEqual(['replay.sales 3']);
});

test('repeats what may succeed later and says so once', async () => {
  const { chunks, options, published, failures, notes } = world();
  failures.push(new StreamsError('UNAVAILABLE', 'gone'), new StreamsError('BUSY', 'busy'));
  await publishChunks('sales', chunks(1), options(), never);
  expect(published).toEqual(['replay.sales 1']);
  expect(notes).toEqual(['publishing failed (gone); trying again']);
});

test('does not repeat what cannot succeed', async () => {
  const { chunks, options, failures } = world();
  failures.push(new StreamsError('TOO_LARGE', 'too large'));
  await expect(publishChunks('sales', chunks(1), options(), never)).rejects.toThrow('too large');
});

test('waits while the services are behind', async () => {
  const { chunks, options, published, gate } = world();
  const feeding = publishChunks('sales', chunks(9), options(), never);
  await expect.poll(() => gate.open).toBe(false);
  expect(published).toHaveLength(4);
  gate.measured(0);
  await expect.poll(() => published.length).toBe(8);
  gate.measured(0);
  await feeding;
  expect(published).toHaveLength(9);
});
