import type { Retention } from '@millrace/streams';
import { formatDuration } from '../output/time.ts';
import { type Finding, fault, ok } from './finding.ts';

/** A partition that a group has not handled to its end. */
export interface Backlog {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly retention: Retention;
  /** Whether the backend forgets what a group has not acknowledged. */
  readonly forgets: boolean;
  readonly lag: number;
  /** Milliseconds since the oldest record that waits was stored. */
  readonly oldestMs: number;
}

const share = 0.5;

/** Retention that will delete what a group still has to handle, if it goes on like this. */
export function checkBacklogs(backlogs: readonly Backlog[]): Finding[] {
  const bad = backlogs.filter((backlog) => backlog.forgets && isNearTheEnd(backlog));
  if (bad.length === 0) return [ok('retention', 'no group is about to lose what it has not handled')];
  return bad.map(({ group, topic, partition, lag, oldestMs, retention }) =>
    fault(
      'retention',
      `${group} has ${lag} records of ${topic} partition ${partition} to handle, the oldest from ${formatDuration(oldestMs)} ago; ${limits(retention)}`,
      `start more members of ${group}, or keep ${topic} for longer`,
    ),
  );
}

function isNearTheEnd({ retention: { maxAgeMs, maxRecords }, oldestMs, lag }: Backlog): boolean {
  return (
    (maxAgeMs !== undefined && oldestMs > maxAgeMs * share) ||
    (maxRecords !== undefined && lag > maxRecords * share)
  );
}

function limits({ maxAgeMs, maxRecords }: Retention): string {
  const parts = [
    ...(maxAgeMs === undefined ? [] : [`after ${formatDuration(maxAgeMs)}`]),
    ...(maxRecords === undefined ? [] : [`beyond ${maxRecords} records`]),
  ];
  return `they are deleted ${parts.join(' and ')}, handled or not`;
}
