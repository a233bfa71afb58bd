import { randomBytes } from 'node:crypto';
import type { AppendOptions, Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import type { PublishOptions, PublishTogetherOptions } from './options.ts';
import type { Position } from './position.ts';
import { type Partitioner, type ProducerRecord, toProducerRecord } from './producer-record.ts';
import type { Topic } from './topic.ts';

/** Values for one topic, as {@link outgoing} makes it. */
export interface Outgoing {
  readonly topic: Topic<unknown>;
  readonly values: readonly unknown[];
}

/** Values for one topic, to be published together with those for other topics. */
export function outgoing<Value>(topic: Topic<Value>, values: readonly NoInfer<Value>[]): Outgoing {
  return { topic: topic as unknown as Topic<unknown>, values };
}

/** What publishing works with. */
export interface Publisher {
  readonly driver: Driver;
  readonly partitioner: Partitioner;
}

export async function publish(
  publisher: Publisher,
  { topic, values }: Outgoing,
  options: PublishOptions,
): Promise<Position[]> {
  if (values.length === 0) return [];
  check(publisher.driver, [topic], options);
  return append(publisher, recordsOf(publisher, { topic, values }, options), appendOptions(options));
}

export async function publishTogether(
  publisher: Publisher,
  outgoing: readonly Outgoing[],
  options: PublishTogetherOptions,
): Promise<Position[]> {
  const filled = outgoing.filter(({ values }) => values.length > 0);
  if (filled.length === 0) return [];
  const { name, capabilities } = publisher.driver;
  check(
    publisher.driver,
    filled.map(({ topic }) => topic),
    options,
  );
  const records = filled.map((each) => recordsOf(publisher, each, options));
  if (capabilities.atomicAppend)
    return append(publisher, records.flat(), { ...appendOptions(options), atomic: options.atomic === true });
  if (options.atomic)
    throw new StreamsError('UNSUPPORTED', `publish together: ${capabilities.lacks.atomicAppend ?? name}`);
  const positions: Position[] = [];
  for (const own of records) positions.push(...(await append(publisher, own, appendOptions(options))));
  return positions;
}

function check(driver: Driver, topics: readonly Topic<unknown>[], options: PublishOptions): void {
  if (options.signal?.aborted) {
    const names = topics.map(({ name }) => name).join(', ');
    throw new StreamsError('ABORTED', `nothing was published to ${names}: the signal had aborted`, {
      cause: options.signal.reason,
    });
  }
  if (!options.once || driver.capabilities.idempotentAppend) return;
  throw new StreamsError(
    'UNSUPPORTED',
    `publish once: ${driver.capabilities.lacks.idempotentAppend ?? driver.name}`,
  );
}

/** 120 random bits of this process, and a number: as unlikely to meet another as a UUID, at a tenth of the cost. */
const idsOfProcess = randomBytes(15).toString('base64url');
let ids = 0;

function newId(): string {
  ids += 1;
  return `${idsOfProcess}-${ids.toString(36)}`;
}

function recordsOf(
  { driver }: Publisher,
  { topic, values }: Outgoing,
  { headers, key }: PublishOptions,
): ProducerRecord[] {
  const options = { id: newId, headers, key, maxBytes: driver.capabilities.maxRecordBytes };
  return values.map((value) => toProducerRecord(topic, value, options));
}

async function append(
  { driver, partitioner }: Publisher,
  records: readonly ProducerRecord[],
  options: AppendOptions,
): Promise<Position[]> {
  return driver.append(await partitioner.assign(records), options);
}

function appendOptions({ acks, signal, once }: PublishOptions): AppendOptions {
  return { acks: acks ?? 'all', ...(signal ? { signal } : {}), ...(once ? { once } : {}) };
}
