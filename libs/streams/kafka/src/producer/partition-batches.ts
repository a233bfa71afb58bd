import { type NewRecord, StreamsError } from '@millrace/streams';

/** Batches larger than this are split; a single record may be larger. */
const batchBytes = 900_000;

/** Records of one partition that go into one batch. */
export interface PartitionBatch<Record> {
  readonly topic: string;
  readonly partition: number;
  readonly records: Record[];
  /** Where each of the records stands among those that were to be divided. */
  readonly indexes: number[];
}

type Placed = Pick<NewRecord, 'topic' | 'partition' | 'key' | 'value' | 'headers' | 'rawHeaders'>;

/** Each partition's records in order, in batches of bounded size. */
export function partitionBatches<Record extends Placed>(
  records: readonly Record[],
): PartitionBatch<Record>[] {
  const batches: PartitionBatch<Record>[] = [];
  const open = new Map<string, OpenBatch<Record>[]>();
  for (const [index, record] of records.entries()) {
    const { topic, partition } = record;
    let own = open.get(topic);
    if (!own) {
      own = [];
      open.set(topic, own);
    }
    const bytes = sizeOf(record);
    const last = own[partition];
    if (last && last.bytes + bytes <= batchBytes) {
      last.batch.records.push(record);
      last.batch.indexes.push(index);
      last.bytes += bytes;
      continue;
    }
    const batch = { topic, partition, records: [record], indexes: [index] };
    batches.push(batch);
    own[partition] = { batch, bytes };
  }
  return batches;
}

interface OpenBatch<Record> {
  readonly batch: PartitionBatch<Record>;
  bytes: number;
}

/** The batches of one request, which has one of each partition at most, and those that come after it. */
export function nextRound<Batch extends { readonly topic: string; readonly partition: number }>(
  batches: readonly Batch[],
): { readonly round: Batch[]; readonly later: Batch[] } {
  const taken = new Set<string>();
  const later: Batch[] = [];
  const round: Batch[] = [];
  for (const batch of batches) {
    const place = `${batch.topic}:${batch.partition}`;
    if (taken.has(place)) later.push(batch);
    else {
      taken.add(place);
      round.push(batch);
    }
  }
  return { round, later };
}

/** A batch that its topic refused, as two; undefined for a lone record, which nothing makes smaller. */
export function halves<Record>(
  batch: PartitionBatch<Record>,
  middle: number = batch.records.length >> 1,
): readonly [PartitionBatch<Record>, PartitionBatch<Record>] | undefined {
  const { topic, partition, records, indexes } = batch;
  if (records.length < 2) return undefined;
  return [
    { topic, partition, records: records.slice(0, middle), indexes: indexes.slice(0, middle) },
    { topic, partition, records: records.slice(middle), indexes: indexes.slice(middle) },
  ];
}

/** TOO_LARGE for a record that no partition holds. */
export function assertSize(record: NewRecord, most: number): void {
  const { topic, partition } = record;
  const bytes = sizeOf(record);
  if (bytes <= most || exactSize(record) <= most) return;
  throw new StreamsError(
    'TOO_LARGE',
    `a record of ${bytes} bytes for ${topic}:${partition} is larger than the ${most} that the driver stores`,
  );
}

const overhead = 24;

/** An upper bound that counts no characters. */
function sizeOf({ key, value, headers, rawHeaders }: Placed): number {
  let bytes = overhead + upperBound(key) + upperBound(value);
  for (const name in headers) bytes += 3 * (name.length + (headers[name]?.length ?? 0)) + 4;
  if (rawHeaders) for (const [name, value] of rawHeaders) bytes += upperBound(name) + upperBound(value) + 4;
  return bytes;
}

function upperBound(value: string | Uint8Array | null): number {
  if (value === null) return 0;
  return typeof value === 'string' ? value.length * 3 : value.length;
}

function exactSize({ key, value, headers, rawHeaders = [] }: NewRecord): number {
  const length = (part: string | Uint8Array | null): number =>
    typeof part === 'string' ? Buffer.byteLength(part) : (part?.length ?? 0);
  const named = [...Object.entries(headers), ...rawHeaders];
  return named.reduce((sum, [name, part]) => sum + length(name) + length(part), length(key) + length(value));
}
