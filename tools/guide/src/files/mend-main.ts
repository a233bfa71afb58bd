import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { chunkBytes, type ReplacedCounts, type Replacement, replaced } from './replaced.ts';

export interface MendScript extends Replacement {
  readonly way: 'stream' | 'buffer';
  readonly input: string;
  readonly output: string;
}

export interface MendReport extends ReplacedCounts {
  /** Without the start of the process. */
  readonly ms: number;
}

/** Mends one file in one way, alone in its process: what it needs of memory is seen from outside. */
const script: MendScript = JSON.parse(process.argv[2] ?? '{}');
process.on('disconnect', () => process.exit(0));
const counts: ReplacedCounts = { words: 0, acrossBorders: 0 };
const started = performance.now();
await (script.way === 'stream' ? mendAsStream() : mendInBuffer());
const report: MendReport = { ...counts, ms: performance.now() - started };
process.send?.(report, () => process.disconnect?.());

async function mendAsStream(): Promise<void> {
  await using input = await open(script.input, 'r');
  await using output = await open(script.output, 'w');
  for await (const chunk of replaced(chunksOf(input), script, counts)) await writeWhole(output, chunk);
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** As one does it first: the file, its text and the mended text are in memory at once. */
async function mendInBuffer(): Promise<void> {
  const text = await readFile(script.input, 'latin1');
  const parts = text.split(script.word);
  counts.words = parts.length - 1;
  await writeFile(script.output, parts.join(script.by), 'latin1');
}
