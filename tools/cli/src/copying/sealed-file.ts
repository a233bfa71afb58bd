import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { StreamsError } from '@millrace/streams';
import type { CopiedRecord } from './copied-record.ts';
import { fromLine, type Head, headSchema, type Seal, sealSchema } from './file-format.ts';
import { readLines } from './read-lines.ts';
import type { Source } from './source.ts';

const chunkRecords = 500;

export interface SealedFile extends Source {
  readonly head: Head;
  readonly seal: Seal;
}

/** Opens a backup and checks its seal, which reads the whole file. INVALID_RECORD says what is wrong with it. */
export async function openSealedFile(path: string): Promise<SealedFile> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new StreamsError('INVALID_ARGUMENT', `${path} cannot be read: ${error.message}`, { cause: error });
  });
  try {
    if (!(await file.stat()).isFile())
      throw new StreamsError('INVALID_ARGUMENT', `${path} is no file; give one that backup wrote`);
    const { head, seal } = await check(file, path);
    return {
      head,
      seal,
      topic: head.topic,
      retention: withoutUndefined(head.retention),
      partitions: seal.partitions.map(({ partition, records, last }) => ({
        partition,
        records,
        end: last ?? undefined,
      })),
      read: (partition, after) => readPartition(path, seal, partition, after),
    };
  } finally {
    await file.close();
  }
}

async function check(file: FileHandle, path: string): Promise<{ readonly head: Head; readonly seal: Seal }> {
  const hash = createHash('sha256');
  let head: Head | undefined;
  let last: Buffer | undefined;
  let end = 0;
  for await (const line of readLines(file, 0)) {
    head ??= parse(headSchema, line.bytes, `${path} is no backup`);
    if (last) hash.update(last).update('\n');
    last = Buffer.from(line.bytes);
    end = line.end;
  }
  const parsed =
    last === undefined
      ? undefined
      : parse(sealSchema, last, `${path} has no seal: the backup was not completed`);
  if (!head || !parsed) throw new StreamsError('INVALID_RECORD', `${path} is empty`);
  if ((await file.stat()).size !== end)
    throw new StreamsError('INVALID_RECORD', `${path} has bytes after its seal`);
  if (hash.digest('hex') !== parsed.seal.sha256)
    throw new StreamsError(
      'INVALID_RECORD',
      `the seal of ${path} is broken: its bytes are not those that backup wrote`,
    );
  return { head, seal: parsed.seal };
}

async function* readPartition(
  path: string,
  seal: Seal,
  partition: number,
  after: string | undefined,
): ReturnType<Source['read']> {
  const place = seal.partitions.find((each) => each.partition === partition);
  if (!place) return;
  const file = await open(path);
  try {
    let chunk: CopiedRecord[] = [];
    let skipping = after !== undefined;
    for await (const { bytes } of readLines(file, place.begin, place.end)) {
      const record = fromLine(bytes.toString());
      if (skipping) {
        skipping = record.offset !== after;
        continue;
      }
      chunk.push(record);
      if (chunk.length < chunkRecords) continue;
      yield chunk;
      chunk = [];
    }
    if (chunk.length > 0) yield chunk;
  } finally {
    await file.close();
  }
}

function parse<Value>(
  schema: { safeParse(value: unknown): { success: boolean; data?: Value } },
  bytes: Buffer,
  problem: string,
): Value {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    throw new StreamsError('INVALID_RECORD', problem, { cause: error });
  }
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new StreamsError('INVALID_RECORD', problem);
  return data;
}

function withoutUndefined({
  maxAgeMs,
  maxRecords,
  evenIfUnacknowledged,
}: Head['retention']): Source['retention'] {
  return {
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(maxRecords === undefined ? {} : { maxRecords }),
    ...(evenIfUnacknowledged === undefined ? {} : { evenIfUnacknowledged }),
  };
}
