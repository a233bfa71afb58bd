import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readChunks } from '../../src/sales/read-chunks.ts';

const content = Buffer.from('536365,£5\n'.repeat(100_000));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chunks-'));
});

afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['plain.csv', content],
  ['packed.csv.gz', gzipSync(content)],
  ['packed-but-not-called-so.csv', gzipSync(content)],
  ['members.gz', Buffer.concat([gzipSync(content.subarray(0, 5)), gzipSync(content.subarray(5))])],
])('%s is read as its content', async (name, bytes) => {
  expect((await read(name, bytes)).equals(content)).toBe(true);
});

test.each([
  ['empty', Buffer.alloc(0)],
  ['one-byte', Buffer.from('a')],
])('a file can be as short as %s', async (name, bytes) => {
  expect(await read(name, bytes)).toEqual(bytes);
});

test('a file that is not there is told by its path', async () => {
  await expect(read('missing.csv')).rejects.toThrow(/cannot read .*missing\.csv: ENOENT/);
});

test('a folder is no file', async () => {
  await expect(read('.')).rejects.toThrow(/cannot read .*EISDIR/);
});

test('a file that was cut off while packed is told', async () => {
  const packed = gzipSync(content);
  await writeFile(join(folder, 'cut.gz'), packed);
  await truncate(join(folder, 'cut.gz'), packed.length - 20);
  await expect(read('cut.gz')).rejects.toThrow(
    /cannot read .*cut\.gz: unexpected end of file; the gzip file is damaged/,
  );
});

test('a reader may stop early', async () => {
  await writeFile(join(folder, 'stop.gz'), gzipSync(content));
  for await (const chunk of readChunks(join(folder, 'stop.gz'))) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
});

async function read(name: string, bytes?: Buffer): Promise<Buffer> {
  const path = join(folder, name);
  if (bytes) await writeFile(path, bytes);
  let text = '';
  for await (const chunk of readChunks(path)) text += chunk;
  return Buffer.from(text, 'latin1');
}
