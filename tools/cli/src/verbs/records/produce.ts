import { formatPosition, type NewRecord, type Position, StreamsError } from '@millrace/streams';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Call, Connection, Run } from '../../verb.ts';
import { Pace } from './pace.ts';
import { Placement } from './placement.ts';
import { isForeignStream, produceEntry } from './produce-entry.ts';
import { type InputRecord, recordReader } from './record-reader.ts';

const batchSize = 500;
const batchBytes = 1 << 20;

export const run: Run = async (call) => {
  const { parameters, signal } = call;
  const name = parameters.argument(0);
  const rate = parameters.integer('rate', 1);
  const acks = parameters.choice('acks', ['none', 'leader', 'all']) ?? 'all';
  const read = recordReader(parameters);
  const connection = await call.connect();
  await createIfAsked(call, connection, name);
  if (parameters.flag('fields') && (await isForeignStream(connection, name))) {
    await produceEntry(call, connection, name);
    return 0;
  }
  const partitions = await connection.driver.partitions(name);
  const placement = new Placement(partitions, parameters);
  const { maxRecordBytes } = connection.driver.capabilities;
  const pace = new Pace(rate);
  let batch: NewRecord[] = [];
  let size = 0;
  let stored = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await pace.wait(batch.length, signal);
    const positions = await connection.driver.append(batch, { acks, signal });
    stored += batch.length;
    batch = [];
    size = 0;
    if (!parameters.flag('quiet')) for (const position of positions) await print(call, position);
  };
  const most = rate === undefined ? batchSize : Math.max(1, Math.min(batchSize, Math.floor(rate / 20)));
  try {
    for await (const input of read(call.input, signal)) {
      const record = toRecord(name, input, placement);
      const bytes = record.value?.length ?? 0;
      if (bytes > maxRecordBytes)
        throw new StreamsError(
          'TOO_LARGE',
          `a value of ${bytes} bytes is larger than the ${maxRecordBytes} that the backend can hold`,
        );
      batch.push(record);
      size += bytes;
      if (batch.length >= most || size >= batchBytes || input.last) await flush();
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // What came before a line that is wrong is as good as ever.
    await flush();
    throw stored === 0
      ? error
      : new UsageError(
          `${error.message}; ${counted(stored, 'record before it is', 'records before it are')} stored`,
        );
  }
  await flush();
  if (!call.output.json && (acks === 'none' || parameters.flag('quiet')))
    call.output.message(`${counted(stored, 'record')} sent to ${name}`);
  if (signal.aborted) {
    call.output.message(`interrupted; ${counted(stored, 'record is', 'records are')} stored`);
    throw new StreamsError('ABORTED', 'interrupted');
  }
  return 0;
};

async function createIfAsked({ parameters }: Call, { streams }: Connection, name: string): Promise<void> {
  const partitions = parameters.integer('create', 1);
  if (partitions === undefined || (await streams.admin.topics()).includes(name)) return;
  await streams.admin.ensureTopics([{ name, partitions }]);
}

function toRecord(topic: string, input: InputRecord, placement: Placement): NewRecord {
  const { key, value, headers, rawHeaders, timestamp } = input;
  const partition = placement.of(key, input.partition);
  return { topic, partition, key, value, headers, rawHeaders, timestamp: timestamp ?? Date.now() };
}

async function print({ output }: Call, position: Position): Promise<void> {
  const { topic, partition, offset } = position;
  await output.value({ topic, partition, offset }, () => formatPosition(position));
}
