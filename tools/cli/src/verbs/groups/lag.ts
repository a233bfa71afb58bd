import { oldestWaiting } from '../../input/oldest-waiting.ts';
import { counted } from '../../output/output.ts';
import { formatDuration } from '../../output/time.ts';
import { UsageError } from '../../usage-error.ts';
import type { Call, Connection, ExitCode, Run } from '../../verb.ts';
import { lagOf } from './lag-of.ts';
import { prometheusText } from './prometheus-text.ts';

export interface TopicLag {
  readonly group: string;
  readonly topic: string;
  /** Null where the backend cannot say. */
  readonly records: number | null;
  /** Milliseconds since the oldest of them was stored; null when none waits. */
  readonly oldestMs: number | null;
}

export const run: Run = async (call) => {
  const { parameters, output } = call;
  if (parameters.flag('prometheus') && output.json)
    throw new UsageError('--prometheus and --json are two formats: give one of them');
  const limits = {
    maxAge: parameters.duration('maxAge'),
    maxRecords: parameters.integer('maxRecords', 0),
  };
  const connection = await call.connect();
  const named = parameters.rest(0);
  const groups = named.length > 0 ? named : (await connection.streams.admin.groups()).toSorted();
  const rows: TopicLag[] = [];
  for (const group of groups) rows.push(...(await lagsOf(connection, group)));
  if (parameters.flag('prometheus')) {
    await output.plain(prometheusText(rows));
  } else {
    await output.table(
      rows,
      [
        { title: 'group', of: ({ group }) => group },
        { title: 'topic', of: ({ topic }) => topic },
        { title: 'records', of: ({ records }) => records ?? undefined, align: 'right' },
        {
          title: 'oldest',
          of: ({ oldestMs }) => (oldestMs === null ? undefined : formatDuration(oldestMs)),
          align: 'right',
        },
      ],
      'no groups',
    );
  }
  return check(call, rows, limits);
};

async function lagsOf({ streams, driver }: Connection, group: string): Promise<TopicLag[]> {
  const { partitions } = await streams.admin.describeGroup(group);
  const topics = [...new Set(partitions.map(({ topic }) => topic))].toSorted();
  const now = Date.now();
  return await Promise.all(
    topics.map(async (topic): Promise<TopicLag> => {
      const own = partitions.filter((each) => each.topic === topic);
      const waiting = await Promise.all(own.map((each) => oldestWaiting(driver, each)));
      const oldest = waiting.filter((record) => record !== undefined).map(({ timestamp }) => timestamp);
      return {
        group,
        topic,
        records: lagOf(own) ?? null,
        oldestMs: oldest.length === 0 ? null : Math.max(0, now - Math.min(...oldest)),
      };
    }),
  );
}

function check(
  { output }: Call,
  rows: readonly TopicLag[],
  { maxAge, maxRecords }: { readonly maxAge: number | undefined; readonly maxRecords: number | undefined },
): ExitCode {
  let exitCode: ExitCode = 0;
  const fail = (text: string): void => {
    output.message(`late: ${text}`);
    exitCode = 1;
  };
  if (maxAge !== undefined)
    for (const { group, topic, oldestMs } of rows)
      if (oldestMs !== null && oldestMs > maxAge)
        fail(
          `${group} has a record of ${topic} that waits for ${formatDuration(oldestMs)}, more than ${formatDuration(maxAge)}`,
        );
  if (maxRecords !== undefined)
    for (const group of new Set(rows.map((row) => row.group))) {
      const records = lagOf(
        rows
          .filter((row) => row.group === group)
          .map((row) => (row.records === null ? {} : { lag: row.records })),
      );
      if (records === undefined) fail(`the backend cannot say how far ${group} is behind`);
      else if (records > maxRecords)
        fail(`${group} has ${counted(records, 'record')} to handle, more than ${maxRecords}`);
    }
  return exitCode;
}
