import type { CompetingCommit, CompetingMember } from '../competing.ts';
import { StreamsError } from '../errors.ts';
import type { Commit, Lease } from '../lease.ts';
import { assigned } from '../producer-record.ts';
import type { StoredRecord } from '../record.ts';
import type { HandlerResult, PendingCommit } from './handler-result.ts';
import type { Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';

export interface FailedAttempt {
  readonly record: StoredRecord;
  readonly attempts: number;
}

/** Where results are committed. What is returned may be called until it succeeds: it passes the same commit each time. */
export interface CommitTarget {
  /** Aborts when nothing can be committed any more. */
  readonly lost: AbortSignal;
  /** The partitions of outputs are chosen; `withOutputs` says whether they are a part of the commit. Resolves with what it acknowledged. */
  commit(pending: PendingCommit, withOutputs: boolean): () => Promise<readonly StoredRecord[]>;
  failure(failed: FailedAttempt): () => Promise<void>;
}

/** All results of a lease are one commit. */
export function leaseTarget(lease: Lease, state?: StateCache): CommitTarget {
  return {
    lost: lease.lost,
    commit: (pending, withOutputs) => {
      const { acknowledged, writes, dedupeIds } = pending;
      const outputs = withOutputs ? assigned(pending.outputs) : [];
      const commit: Commit = { acknowledged, outputs, state: writes, dedupeIds };
      return async () => {
        await lease.commit(commit);
        state?.committed(writes);
        return acknowledged;
      };
    },
    failure: (failed) => {
      const commit: Commit = { acknowledged: [], outputs: [], state: [], dedupeIds: [], failed };
      return () => lease.commit(commit);
    },
  };
}

/** Each result of a competing member is a commit of its own. */
export function competingTarget(settings: Settings, member: CompetingMember): CommitTarget {
  return {
    lost: member.lost,
    commit: ({ results }, withOutputs) => {
      const commits = results.flatMap((result) => competingCommits(result, withOutputs));
      return async () => {
        const outcomes = await member.commit(commits);
        const committed = commits.filter((_, index) => outcomes[index] === 'committed');
        reportFenced(settings, commits.length - committed.length);
        return committed.map(({ record }) => record);
      };
    },
    failure: ({ record, attempts }) => {
      const commit = { record, acknowledged: false, outputs: [], attempts };
      return async () => {
        const [outcome] = await member.commit([commit]);
        reportFenced(settings, outcome === 'fenced' ? 1 : 0);
      };
    },
  };
}

function competingCommits(
  { acknowledged, outputs }: HandlerResult,
  withOutputs: boolean,
): readonly CompetingCommit[] {
  const own = withOutputs ? assigned(outputs) : [];
  return acknowledged.map((record) => ({ record, acknowledged: true, outputs: own }));
}

function reportFenced({ group, observer }: Settings, messages: number): void {
  if (messages === 0) return;
  const error = new StreamsError(
    'FENCED',
    `${messages} messages of group ${group} had been taken over by another member; their results were dropped`,
  );
  observer.error?.({ group, error, fatal: false });
}
