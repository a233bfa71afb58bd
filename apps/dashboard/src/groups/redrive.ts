import { HttpProblem } from '@millrace/service';
import {
  formatPosition,
  isStreamsError,
  type NewRecord,
  on,
  type Position,
  rawTopic,
  StreamsError,
} from '@millrace/streams';
import { type DeadLettersOptions, originOf, ownHeaders, storedLetters } from './dead-letters.ts';
import { type Edit, edited } from './edit.ts';

export interface RedriveRequest {
  readonly group: string;
  /** Positions of letters, or all that are not redriven yet. */
  readonly letters: readonly string[] | 'all';
  readonly edit: Edit | undefined;
}

const atOnce = 100;

/**
 * Stores dead letters again where they came from, in their own partitions, as they were or edited, and marks each. One
 * that was redriven is not redriven again, one that was cut down is left out. Returns how many.
 */
export async function redriveLetters(options: DeadLettersOptions, request: RedriveRequest): Promise<number> {
  const wanted = request.letters === 'all' ? undefined : new Set(request.letters);
  let count = 0;
  let chunk: { id: string; record: NewRecord }[] = [];
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    await options.writer.append(chunk.map(({ record }) => record));
    await mark(
      options,
      chunk.map(({ id }) => id),
    );
    count += chunk.length;
    chunk = [];
  };
  for await (const { record, redrivenAt } of storedLetters(options, request.group)) {
    const id = formatPosition(record);
    const origin = originOf(record);
    if ((wanted && !wanted.has(id)) || redrivenAt !== undefined || !origin) continue;
    if (record.headers['dead-letter-cut'] !== undefined) continue;
    const value = request.edit ? edited(record.value, request.edit) : record.value;
    const { topic, partition } = origin;
    chunk.push({
      id,
      record: {
        topic,
        partition,
        key: record.key,
        value,
        headers: {},
        rawHeaders: ownHeaders(record),
        timestamp: Date.now(),
      },
    });
    if (chunk.length >= atOnce) await flush();
  }
  await flush();
  if (wanted && count === 0)
    throw new HttpProblem(409, 'Conflict', 'None of these dead letters is there and waits to be redriven.');
  await moveRedriveGroup(options, request.group);
  return count;
}

async function mark({ sql }: DeadLettersOptions, positions: readonly string[]): Promise<void> {
  const at = Date.now();
  await sql.db
    .insertInto('redriven')
    .values(positions.map((position) => ({ position, at })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What was redriven up to here without a gap counts as redriven for the `streams` command too. */
async function moveRedriveGroup(options: DeadLettersOptions, group: string): Promise<void> {
  const reached = new Map<number, Position>();
  const open = new Set<number>();
  for await (const { record, redrivenAt } of storedLetters(options, group)) {
    const { topic, partition, offset } = record;
    if (redrivenAt === undefined) open.add(partition);
    else if (!open.has(partition)) reached.set(partition, { topic, partition, offset });
  }
  for (const position of reached.values()) await moveTo(options, group, position);
}

async function moveTo({ streams }: DeadLettersOptions, group: string, position: Position): Promise<void> {
  const name = `${group}.redrive`;
  const { topic, partition } = position;
  const move = (): Promise<void> => streams.admin.seek(name, { after: position }, { topic, partition });
  try {
    await move();
  } catch (error) {
    if (isStreamsError(error, 'GROUP_ACTIVE')) return;
    if (!isStreamsError(error, 'UNKNOWN_GROUP')) throw error;
    await createGroup({ streams }, name, topic);
    await move();
  }
}

/** A group is there once somebody was in it. */
async function createGroup(
  { streams }: Pick<DeadLettersOptions, 'streams'>,
  name: string,
  topic: string,
): Promise<void> {
  await using running = await streams.run({
    group: name,
    mode: 'partitioned',
    delivery: 'at-least-once',
    deadLetter: false,
    routes: [
      on(rawTopic(topic), () => {
        throw new StreamsError('BUSY', 'the group is created, nothing is redriven by it now');
      }),
    ],
  });
  await running.stop();
  await running.finished;
}
