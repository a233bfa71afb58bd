import { type End, isStreamsError, rawTopic, type Start, type StoredRecord } from '@millrace/streams';
import type { Parameters } from '../../command-line/parameters.ts';
import { printable, recordText, recordValue, valueText } from '../../output/record-value.ts';
import type { Call, Connection } from '../../verb.ts';
import { filterOf } from './filter.ts';

export interface Stretch {
  readonly topic: string;
  readonly start: Start;
  /** Without it the read goes on with what is stored later. */
  readonly end?: End;
  /** The one partition that a position speaks of. */
  readonly partition: number | undefined;
}

/** Prints the records of a stretch that the options let through, in the order of their times. */
export async function printRecords(call: Call, stretch: Stretch): Promise<void> {
  const { limit, partitions, accepts, looks } = filterOf(call.parameters);
  if (limit === 0) return;
  const connection = await call.connect();
  const { streams } = connection;
  const only = stretch.partition === undefined ? partitions : [stretch.partition];
  const end = await storedEnd(connection, stretch);
  const messages = streams.read(rawTopic(stretch.topic), {
    from: stretch.start,
    ...(end === undefined ? {} : { to: end }),
    ...(only === undefined ? {} : { partitions: only }),
    ...(looks || limit === Number.POSITIVE_INFINITY ? {} : { limit }),
    signal: call.signal,
  });
  let printed = 0;
  try {
    for await (const { record } of messages) {
      if (!accepts(record)) continue;
      await printRecord(call, record);
      printed += 1;
      if (printed >= limit) break;
    }
  } catch (error) {
    // Whoever follows ends it that way.
    if (!(call.signal.aborted && isStreamsError(error, 'ABORTED'))) throw error;
  }
}

/** An end that lies beyond what is stored now is not waited for: only --follow waits. */
async function storedEnd(
  { streams, driver }: Connection,
  { topic, end }: Pick<Stretch, 'topic' | 'end'>,
): Promise<End | undefined> {
  if (typeof end !== 'object') return end;
  if ('at' in end) return end.at.getTime() > Date.now() ? 'now' : end;
  const { partition, offset } = end.through;
  const { partitions } = await streams.admin.describe(topic);
  const last = partitions.find((each) => each.partition === partition)?.last;
  return last === undefined || driver.compareOffsets(last, offset) < 0 ? 'now' : end;
}

export async function printRecord(
  { output, parameters }: Pick<Call, 'output' | 'parameters'>,
  record: StoredRecord,
): Promise<void> {
  await output.value(recordValue(record), () => lineOf(parameters, record, output.terminal));
}

function lineOf(parameters: Parameters, record: StoredRecord, terminal: boolean): string {
  if (parameters.flag('values')) return (terminal ? printable : valueText)(record.value);
  return recordText(record, { headers: parameters.flag('headers') });
}
