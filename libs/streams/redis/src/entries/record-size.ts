import { type Bytes, type NewRecord, StreamsError } from '@millrace/streams';

/** A bulk text may have 512 MB; far smaller ones already hold up a server that does one thing at a time. */
export const maxRecordBytes: number = 16 * 1024 * 1024;

/** TOO_LARGE when no entry should hold the record. */
export function assertFits(record: NewRecord): void {
  const { key, value, headers, rawHeaders = [] } = record;
  // Most records are small however their characters are encoded.
  let most = most3(value) + most3(key);
  for (const name in headers) most += (name.length + (headers[name]?.length ?? 0)) * 3;
  for (const [name, bytes] of rawHeaders) most += most3(name) + most3(bytes);
  if (most <= maxRecordBytes) return;
  let size = sizeOf(value) + sizeOf(key);
  for (const name in headers) size += sizeOf(name) + sizeOf(headers[name] ?? '');
  for (const [name, bytes] of rawHeaders) size += sizeOf(name) + sizeOf(bytes);
  if (size <= maxRecordBytes) return;
  throw new StreamsError(
    'TOO_LARGE',
    `a record of ${size} bytes for ${record.topic}:${record.partition} is larger than the ${maxRecordBytes} that the backend holds`,
  );
}

function most3(bytes: Bytes | null): number {
  if (bytes === null) return 0;
  return typeof bytes === 'string' ? bytes.length * 3 : bytes.length;
}

function sizeOf(bytes: Bytes | null): number {
  if (bytes === null) return 0;
  return typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
}
