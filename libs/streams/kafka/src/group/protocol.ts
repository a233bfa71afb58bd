import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';

/** The name of the assignment; members that speak another one are refused by the coordinator. */
export const protocolName = 'millrace';

/** What a member tells the group. */
export interface Subscription {
  readonly name: string;
  /** Its topics with their partition counts. */
  readonly topics: Readonly<Record<string, number>>;
  /** Partition numbers it holds, with the epochs in which it gained them. */
  readonly owned: readonly (readonly [number: number, epoch: number])[];
  readonly leaving: boolean;
}

/** What the leader tells a member. */
export interface Assignment {
  readonly leases: readonly (readonly [number: number, epoch: number])[];
  /** Those of the leases that others wait for. */
  readonly recalled: readonly number[];
}

const version = 0;

/** In the form of Kafka's own consumers, so that their tools can read it. */
export function encodeSubscription(subscription: Subscription): Buffer {
  const data = Buffer.from(JSON.stringify(subscription));
  const out = new Writer().int16(version);
  out.array(Object.keys(subscription.topics), (topic) => out.string(topic));
  return out.int32(data.length).raw(data).bytes;
}

export function decodeSubscription(bytes: Buffer): Subscription | undefined {
  return decode(bytes, (reader) => reader.array(() => reader.string())) as Subscription | undefined;
}

export function encodeAssignment(assignment: Assignment, topics: Subscription['topics']): Buffer {
  const data = Buffer.from(JSON.stringify(assignment));
  const out = new Writer().int16(version);
  const numbers = assignment.leases.map(([number]) => number);
  out.array(Object.entries(topics), ([topic, count]) => {
    out.string(topic).array(
      numbers.filter((number) => number < count),
      (number) => out.int32(number),
    );
  });
  return out.int32(data.length).raw(data).bytes;
}

export function decodeAssignment(bytes: Buffer): Assignment | undefined {
  return decode(bytes, (reader) =>
    reader.array(() => {
      reader.string();
      reader.array(() => reader.int32());
    }),
  ) as Assignment | undefined;
}

/** Undefined for members of other programs, and while the group is between two assignments. */
function decode(bytes: Buffer, skipTopics: (reader: Reader) => unknown): unknown {
  if (bytes.length < 6) return undefined;
  const reader = new Reader(bytes);
  reader.int16();
  skipTopics(reader);
  const length = reader.int32();
  if (length <= 0) return undefined;
  try {
    return JSON.parse(reader.raw(length).toString());
  } catch {
    return undefined;
  }
}
