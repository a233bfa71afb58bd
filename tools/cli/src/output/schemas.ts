import { z } from 'zod';
import { headersJsonSchema } from './raw-headers.ts';

const text = z.string();
const count = z.int().nonnegative();
const position = { topic: text, partition: count, offset: text };
const record = {
  key: text.nullable(),
  keyBase64: text.optional(),
  value: z.unknown().optional(),
  text: text.optional(),
  base64: text.optional(),
  tombstone: z.literal(true).optional(),
  headers: z.record(text, text),
  rawHeaders: headersJsonSchema.optional(),
};
const stored = { ...position, time: z.iso.datetime(), ...record };
const letter = { position: text, origin: text, code: text, attempts: count, failedAt: text, error: text };
const retention = z.strictObject({
  maxAgeMs: z.number().optional(),
  maxRecords: z.number().optional(),
  evenIfUnacknowledged: z.boolean().optional(),
});
const partitionOfTopic = z.strictObject({
  partition: count,
  records: count,
  first: text.optional(),
  last: text.optional(),
  placement: text.optional(),
});
const partitionOfGroup = z.strictObject({
  topic: text,
  partition: count,
  owner: text.optional(),
  epoch: z.number().optional(),
  committed: text.optional(),
  lag: count.optional(),
  pending: count.optional(),
  oldestPendingMs: z.number().optional(),
});
const member = z.strictObject({
  member: text,
  idleMs: z.number().optional(),
  leases: z.array(count),
  pending: count,
});

/** What each line of a verb's JSON holds, beside `schema`. */
const fields: Readonly<Record<string, z.ZodRawShape>> = {
  'topics.list/1': { topic: text, partitions: count, records: count },
  'topics.create/1': { topic: text, partitions: count, created: z.boolean() },
  'topics.describe/1': {
    topic: text,
    retention,
    settings: z.record(text, text),
    partitions: z.array(partitionOfTopic),
  },
  'topics.delete/1': { topic: text, records: count, deleted: z.boolean() },
  'topics.trim/1': { topic: text, trimmed: count },
  'produce/1': position,
  'consume/1': stored,
  'range/1': stored,
  'groups.list/1': { group: text, mode: text, members: count, topics: z.array(text), lag: count.nullable() },
  'groups.describe/1': {
    group: text,
    mode: text,
    members: z.array(member),
    partitions: z.array(partitionOfGroup),
  },
  'groups.pending/1': { ...position, member: text, idleMs: z.number(), deliveries: count },
  'groups.seek/1': {
    group: text,
    topic: text,
    partition: count,
    from: text.nullable(),
    to: text.nullable(),
    moved: z.boolean(),
  },
  'groups.delete/1': { group: text, deleted: z.boolean() },
  'lag/1': { group: text, topic: text, records: count.nullable(), oldestMs: z.number().nullable() },
  'claim/1': { ...position, member: text },
  'dead-letters.list/1': letter,
  'dead-letters.show/1': { ...letter, record: z.strictObject(record) },
  'dead-letters.redrive/1': {
    group: text.optional(),
    position: text.optional(),
    origin: text.optional(),
    redriven: z.union([count, z.boolean()]),
  },
  'dead-letters.edit/1': { position: text, origin: text, value: text, redriven: z.boolean() },
  'dead-letters.purge/1': { group: text, letters: count, purged: z.boolean() },
  'copy/1': { topic: text, from: text, to: text, as: text, records: count, resumed: z.boolean() },
  'backup/1': { topic: text, file: text, records: count, sha256: text, resumed: z.boolean() },
  'restore/1': { file: text, topic: text, records: count, resumed: z.boolean() },
  'verify/1': {
    file: text,
    records: count,
    sha256: text,
    topic: text.nullable(),
    difference: text.nullable(),
  },
  'doctor/1': { check: text, level: z.enum(['ok', 'note', 'fault']), found: text, todo: text.nullable() },
  'dev/1': { url: text, console: text },
  'cheat/1': { task: text, redis: text, kafka: text, streams: text },
  'completion/1': { shell: text, script: text },
  'profiles.list/1': { name: text, url: text, namespace: text.optional(), passwordVariable: text.optional() },
  'profiles.set/1': { name: text, url: text, namespace: text.optional(), passwordVariable: text.optional() },
  'profiles.delete/1': { name: text },
};

/** A JSON Schema of the lines of each verb, by its name and version. */
export function outputSchemas(): Readonly<Record<string, z.core.JSONSchema.JSONSchema>> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, z.toJSONSchema(lineSchema(name))]));
}

/** Checks a line as a program that reads it would. */
export function lineSchema(name: string): z.ZodObject {
  return z.strictObject({ schema: z.literal(name), ...fields[name] });
}
