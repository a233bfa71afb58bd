import type { CopiedRecord } from '../../copying/copied-record.ts';
import { openSealedFile } from '../../copying/sealed-file.ts';
import type { Source } from '../../copying/source.ts';
import { topicSource } from '../../copying/topic-source.ts';
import { counted } from '../../output/output.ts';
import { toHeadersJson } from '../../output/raw-headers.ts';
import type { Run } from '../../verb.ts';

/** Exit 1 when the topic does not hold what the file holds. A broken seal is an error. */
export const run: Run = async (call) => {
  const { parameters, output, signal } = call;
  const path = parameters.argument(0);
  const file = await openSealedFile(path);
  const { records, sha256 } = file.seal;
  const topic = parameters.text('topic');
  const difference =
    topic === undefined
      ? null
      : await differenceOf(file, await topicSource((await call.connect()).driver, topic, signal));
  await output.value({ file: path, records, sha256, topic: topic ?? null, difference }, () => {
    if (difference !== null) return `${topic} differs: ${difference}`;
    return `${path} is whole: ${counted(records, 'record')}${topic === undefined ? '' : `, all of them in ${topic}`}`;
  });
  return difference === null ? 0 : 1;
};

/** The first difference, for people; null when the topic begins with the records of the file. */
async function differenceOf(file: Source, topic: Source): Promise<string | null> {
  if (file.partitions.length !== topic.partitions.length)
    return `it has ${counted(topic.partitions.length, 'partition')}, the file ${file.partitions.length}`;
  for (const { partition, end } of file.partitions) {
    if (end === undefined) continue;
    const stored = topic.partitions.find((each) => each.partition === partition)?.end;
    const theirs = stored === undefined ? undefined : recordsOf(topic.read(partition, undefined, stored));
    let number = 0;
    for await (const record of recordsOf(file.read(partition, undefined, end))) {
      number += 1;
      const other = (await theirs?.next())?.value;
      const what = other ? differenceIn(record, other) : 'is missing';
      if (what === undefined) continue;
      await theirs?.return();
      return `record ${number} of partition ${partition} ${what}`;
    }
    await theirs?.return();
  }
  return null;
}

async function* recordsOf(chunks: ReturnType<Source['read']>): AsyncGenerator<CopiedRecord, void, undefined> {
  for await (const chunk of chunks) yield* chunk;
}

function differenceIn(a: CopiedRecord, b: CopiedRecord): string | undefined {
  if (!sameBytes(a.key, b.key)) return 'has another key';
  if (!sameBytes(a.value, b.value)) return 'has another value';
  if (a.timestamp !== b.timestamp) return 'has another time';
  return sameHeaders(a.headers, b.headers) ? undefined : 'has other headers';
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

function sameHeaders(a: CopiedRecord['headers'], b: CopiedRecord['headers']): boolean {
  // Those of one name stay in their order.
  const sorted = (headers: CopiedRecord['headers']): string =>
    JSON.stringify(
      toHeadersJson(headers).toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)),
    );
  return sorted(a) === sorted(b);
}
