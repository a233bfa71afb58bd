import { openStreams } from '@millrace/streams';

/** Removes every group and topic of a namespace: a benchmark leaves nothing behind. */
export async function removeAll(url: string, namespace: string): Promise<void> {
  await using streams = await openStreams(url, { namespace });
  for (const group of await streams.admin.groups()) await streams.admin.deleteGroup(group);
  for (const topic of await streams.admin.topics()) await streams.admin.deleteTopic(topic);
}
