import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStreams } from '@millrace/streams';
import { requireService, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuideProcess, livingProcesses } from './support/guide-process.ts';

/** Pictures with processes, with groups, and with servers of their own; how many lines each writes at least. */
const pictures = [
  { id: '23', lines: 60 },
  { id: '32', lines: 25 },
  { id: '47', lines: 40, starts: 'redis' },
] as const;

/** A moment of each third, so that several steps are met. */
const moments = (lines: number): number[] =>
  [0, 1, 2].map((third) => 1 + Math.floor(((third + Math.random()) * lines) / 3));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guide-interrupt-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('Ctrl-C on the embedded log leaves nothing behind', () => {
  for (const { id, lines } of pictures.filter((picture) => !('starts' in picture)))
    test(`picture ${id}`, async () => {
      for (const moment of moments(lines)) await interrupted(id, [], moment);
    });
});

requireService('redis')('Ctrl-C on Redis leaves nothing behind', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  for (const picture of pictures)
    test(`picture ${picture.id}`, async () => {
      const backend = 'starts' in picture ? picture.starts : server.url;
      for (const moment of moments(picture.lines)) {
        await interrupted(picture.id, ['--backend', backend], moment);
        expect(await server.command('KEYS', '*'), `after ${moment} lines`).toBe('*0\r\n');
      }
    });
});

requireService('kafka')('Ctrl-C on Kafka leaves nothing behind', () => {
  let server: Awaited<ReturnType<typeof startKafka>>;
  beforeAll(async () => {
    server = await startKafka();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test.each(pictures.filter((picture) => !('starts' in picture)))('picture $id', async ({ id, lines }) => {
    for (const moment of moments(lines)) {
      await interrupted(id, ['--backend', server.url], moment);
      expect(await namesOf(server.url), `after ${moment} lines`).toEqual([]);
    }
  });
});

/** Topics and groups of runs. */
async function namesOf(url: string): Promise<string[]> {
  await using streams = await openStreams(url);
  const names = [...(await streams.admin.topics()), ...(await streams.admin.groups())];
  return names.filter((name) => name.includes('guide-'));
}

async function interrupted(id: string, parameters: readonly string[], moment: number): Promise<void> {
  const own = mkdtempSync(join(folder, 'run-'));
  const guide = new GuideProcess([id, ...parameters], own);
  guide.interruptAfter(moment);
  const { ending, output, errors } = await guide.ended();
  const where = `picture ${id} after ${moment} lines:\n${output}\n${errors}`;
  if (ending !== 0) expect(ending, where).toBe(130);
  if (ending === 130) expect(errors, where).toBe('guide: interrupted; all that was made is removed\n');
  expect(livingProcesses(output), where).toEqual([]);
  expect(leftIn(own), where).toEqual([]);
}

/** Node keeps compiled code where temporary files are. */
function leftIn(own: string): string[] {
  return readdirSync(own).filter((name) => !name.includes('compile-cache'));
}
