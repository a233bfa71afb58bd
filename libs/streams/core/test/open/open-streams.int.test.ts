import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { on, openStreams, topic } from '../../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'open-streams-'));
const url = `embedded:${join(folder, 'deep', 'streams.db')}`;
const letters = topic<{ readonly text: string }>('letters', { key: ({ text }) => text });

describe('openStreams', () => {
  it('keeps namespaces on one backend apart', async () => {
    await using first = await openStreams(url, { namespace: 'first' });
    await using second = await openStreams(url, { namespace: 'second' });
    for (const streams of [first, second])
      await streams.admin.ensureTopics([{ name: 'letters', partitions: 2 }]);
    await first.publish(letters, [{ text: 'one' }]);
    await second.publish(letters, [{ text: 'two' }, { text: 'three' }]);
    const dedupeIds: string[] = [];
    const running = await second.run({
      group: 'reader',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(letters, (message) => {
          dedupeIds.push(`${message.topic} ${message.value.text}`);
        }),
      ],
    });
    await vi.waitFor(() => expect(dedupeIds.toSorted()).toEqual(['letters three', 'letters two']));
    await running.stop();
    expect(await first.admin.groups()).toEqual([]);
    expect(await second.admin.groups()).toEqual(['reader']);
    expect(await first.admin.topics()).toEqual(['letters']);
    await using bare = await openStreams(url);
    expect(await bare.admin.topics()).toEqual(expect.arrayContaining(['first.letters', 'second.letters']));
  });

  it('repeats of a producer are told apart by namespace', async () => {
    await using first = await openStreams(url, { namespace: 'first-once' });
    await using second = await openStreams(url, { namespace: 'second-once' });
    for (const streams of [first, second]) {
      await streams.admin.ensureTopics([{ name: 'letters', partitions: 1 }]);
      const once = { producer: 'feeder', sequence: 1 };
      expect(await streams.publish(letters, [{ text: 'a' }], { once })).toHaveLength(1);
      expect(await streams.publish(letters, [{ text: 'a' }], { once })).toHaveLength(0);
    }
  });

  it.each([
    ['rabbit://user:hunter2@host', 'has the scheme rabbit:'],
    ['not a url', 'is not a URL'],
    ['redis://', 'names no host'],
    ['embedded:', 'names no file'],
  ])('refuses %s', async (wrong, problem) => {
    const failure = openStreams(wrong);
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(failure).rejects.toThrow(problem);
    await expect(failure).rejects.not.toThrow('hunter2');
  });

  it('refuses a file that is something else', async () => {
    const file = join(folder, 'letter.txt');
    await writeFile(file, 'Dear Sirs, '.repeat(1000));
    await expect(openStreams(`embedded:${file}`)).rejects.toMatchObject({ retryable: false });
  });
});
