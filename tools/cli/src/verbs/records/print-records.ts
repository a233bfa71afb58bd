import { type End, isStreamsError, rawTopic, type Start, type StoredRecord } from '@millrace/streams';
import type { Parameters } from '../../command-line/parameters.ts';
import { recordText, recordValue, valueText } from '../../output/record-value.ts';
import type { Call } from '../../verb.ts';
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
  const { streams } = await call.connect();
  const only = stretch.partition === undefined ? partitions : [stretch.partition];
  const messages = streams.read(rawTopic(stretch.topic), {
    from: stretch.start,
    ...(stretch.end === undefined ? {} : { to: stretch.end }),
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

export async function printRecord(
  { output, parameters }: Pick<Call, 'output' | 'parameters'>,
  record: StoredRecord,
): Promise<void> {
  await output.value(recordValue(record), () => lineOf(parameters, record));
}

function lineOf(parameters: Parameters, record: StoredRecord): string {
  if (parameters.flag('values')) return valueText(record.value);
  return recordText(record, { headers: parameters.flag('headers') });
}
