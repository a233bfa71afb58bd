import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { StreamsError } from '@millrace/streams';
import { batchesOf } from './batches.ts';
import { fromLine, type Head, headSchema, type Seal, type SealedPartition, toLine } from './file-format.ts';
import type { Progress } from './progress.ts';
import { readLines } from './read-lines.ts';
import type { Source } from './source.ts';

export interface BackupOptions {
  readonly path: string;
  readonly restart: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface Backup {
  readonly seal: Seal;
  readonly resumed: boolean;
}

/** Writes `<path>.part`, goes on where an earlier call stopped, and renames it once it is sealed and on disk. */
export async function writeBackup(source: Source, options: BackupOptions): Promise<Backup> {
  const part = `${options.path}.part`;
  if (options.restart) await rm(part, { force: true });
  const file = await open(part, 'a+');
  try {
    const writer = await BackupWriter.resume(file, source, part);
    const { progress, signal } = options;
    progress.start(
      source.partitions.reduce((sum, { records }) => sum + records, 0),
      writer.records,
    );
    const { resumed } = writer;
    for (const [partition, end] of writer.head.ends.entries())
      await writer.copy(source, partition, end, { progress, signal });
    const seal = await writer.close();
    await file.sync();
    await rename(part, options.path);
    return { seal, resumed };
  } finally {
    await file.close();
  }
}

class BackupWriter {
  readonly head: Head;
  readonly resumed: boolean;
  readonly #file: FileHandle;
  readonly #hash: Hash;
  readonly #places: SealedPartition[];
  #size: number;

  private constructor(file: FileHandle, head: Head, resumed: boolean, state: Written) {
    this.#file = file;
    this.head = head;
    this.resumed = resumed;
    this.#hash = state.hash;
    this.#size = state.size;
    this.#places = state.places;
  }

  /** Goes on after the last whole line; a new file begins with its head. */
  static async resume(file: FileHandle, source: Source, path: string): Promise<BackupWriter> {
    const written = await readWritten(file, path);
    if (written.head) {
      if (written.head.topic !== source.topic)
        throw new StreamsError(
          'INVALID_ARGUMENT',
          `${path} is the begin of a backup of ${written.head.topic}; --restart forgets it`,
        );
      await file.truncate(written.size);
      return new BackupWriter(file, written.head, true, written);
    }
    await file.truncate(0);
    const head: Head = {
      format: 'millrace-backup',
      version: 1,
      topic: source.topic,
      partitions: source.partitions.length,
      retention: source.retention,
      ends: source.partitions.map(({ end }) => end ?? null),
      startedAt: new Date().toISOString(),
    };
    const writer = new BackupWriter(file, head, false, { hash: createHash('sha256'), size: 0, places: [] });
    await writer.#write(`${JSON.stringify(head)}\n`);
    return writer;
  }

  get records(): number {
    return this.#places.reduce((sum, { records }) => sum + records, 0);
  }

  async copy(
    source: Source,
    partition: number,
    end: string | null,
    { progress, signal }: Pick<BackupOptions, 'progress' | 'signal'>,
  ): Promise<void> {
    // A later partition is begun only when this one is done.
    if (this.#places.some((place) => place.partition > partition)) return;
    const begun = this.#places.find((place) => place.partition === partition);
    let place = begun ?? { partition, records: 0, begin: this.#size, end: this.#size, last: null };
    if (!begun) this.#places.push(place);
    if (end === null || place.last === end) return;
    for await (const batch of batchesOf(source.read(partition, place.last ?? undefined, end))) {
      if (signal.aborted) throw new StreamsError('ABORTED', 'interrupted; the same call goes on from here');
      await this.#write(`${batch.map((record) => toLine(partition, record)).join('\n')}\n`);
      place = {
        ...place,
        records: place.records + batch.length,
        end: this.#size,
        last: batch.at(-1)?.offset ?? place.last,
      };
      this.#places[this.#places.length - 1] = place;
      progress.add(batch.length);
    }
  }

  async close(): Promise<Seal> {
    const seal = { sha256: this.#hash.digest('hex'), records: this.records, partitions: this.#places };
    await this.#file.appendFile(`${JSON.stringify({ seal })}\n`);
    return seal;
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#file.appendFile(bytes);
    this.#hash.update(bytes);
    this.#size += bytes.length;
  }
}

interface Written {
  readonly hash: Hash;
  readonly size: number;
  readonly places: SealedPartition[];
}

/** What an earlier call left, up to its last whole line. */
async function readWritten(file: FileHandle, path: string): Promise<Written & { readonly head?: Head }> {
  const hash = createHash('sha256');
  const places: SealedPartition[] = [];
  let size = 0;
  let head: Head | undefined;
  for await (const { bytes, begin, end } of readLines(file, 0)) {
    const text = bytes.toString();
    if (!head) {
      const parsed = headSchema.safeParse(JSON.parse(text));
      if (!parsed.success)
        throw new StreamsError('INVALID_RECORD', `${path} is no backup; --restart replaces it`);
      head = parsed.data;
    } else if (text.startsWith('{"seal":')) {
      break; // Sealed, and not renamed: the seal is made again.
    } else {
      const { partition, offset } = fromLine(text);
      const last = places.at(-1);
      if (last?.partition === partition)
        places[places.length - 1] = { ...last, records: last.records + 1, end, last: offset };
      else places.push({ partition, records: 1, begin, end, last: offset });
    }
    hash.update(bytes).update('\n');
    size = end;
  }
  return { hash, size, places, ...(head ? { head } : {}) };
}
