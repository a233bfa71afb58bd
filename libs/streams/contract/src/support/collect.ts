import type { Message, ReadMessagesOptions, StoredRecord, Streams, Topic } from '@millrace/streams';

/** The values of everything stored in the topic now, each partition in order. */
export async function valuesOf<Value>(
  streams: Streams,
  topic: Topic<Value>,
  options: ReadMessagesOptions = {},
): Promise<Value[]> {
  const messages = await messagesOf(streams, topic, options);
  return messages.map(({ value }) => value);
}

export async function messagesOf<Value>(
  streams: Streams,
  topic: Topic<Value>,
  options: ReadMessagesOptions = {},
): Promise<Message<Value>[]> {
  return await all(streams.read(topic, { to: 'now', ...options }));
}

export async function all<Value>(source: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** The records of chunks, until there are `count` of them. */
export async function take(chunks: AsyncIterable<StoredRecord[]>, count: number): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for await (const chunk of chunks) {
    records.push(...chunk);
    if (records.length >= count) break;
  }
  return records;
}
