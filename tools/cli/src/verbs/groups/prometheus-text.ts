import type { TopicLag } from './lag.ts';

/** The lags in Prometheus' text format. */
export function prometheusText(rows: readonly TopicLag[]): string {
  const labels = ({ group, topic }: TopicLag): string =>
    `{group="${escapeLabel(group)}",topic="${escapeLabel(topic)}"}`;
  const records = rows.flatMap((row) =>
    row.records === null ? [] : [`streams_group_lag_records${labels(row)} ${row.records}`],
  );
  const ages = rows.map((row) => `streams_group_oldest_seconds${labels(row)} ${(row.oldestMs ?? 0) / 1_000}`);
  return [
    '# HELP streams_group_lag_records Records that a group has not acknowledged.',
    '# TYPE streams_group_lag_records gauge',
    ...records,
    '# HELP streams_group_oldest_seconds Age of the oldest record that a group has not acknowledged; 0 when there is none.',
    '# TYPE streams_group_oldest_seconds gauge',
    ...ages,
  ].join('\n');
}

function escapeLabel(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}
