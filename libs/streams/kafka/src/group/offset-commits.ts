import { StreamsError } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { mayActLate } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { CommitMember, OffsetToCommit } from '../wire/offsets.ts';
import { commitOffsets, isRebalancing } from './committed-offsets.ts';

export interface OffsetCommitOptions {
  readonly group: string;
  /** The member as the coordinator knows it now. */
  readonly member: () => CommitMember;
  /** Has the member join the group again, which begins another generation. */
  readonly joinAgain: () => void;
  /** Ends all waiting. */
  readonly lost: AbortSignal;
}

/** Commits of offsets alone, by the generation of the member: the coordinator refuses those of an earlier one. */
export class OffsetCommits {
  readonly #connections: Connections;
  readonly #options: OffsetCommitOptions;
  /** The generation of a commit that went unanswered and may reach the coordinator at any later time. */
  #unanswered: number | undefined;

  constructor(connections: Connections, options: OffsetCommitOptions) {
    this.#connections = connections;
    this.#options = options;
  }

  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { group, member, lost } = this.#options;
    await this.refuseLateOnes();
    await retry({ ms: retryWithinMs, signal: lost, also: isRebalancing }, async () => {
      const by = member();
      try {
        await commitOffsets(this.#connections, group, offsets, by);
      } catch (error) {
        if (mayActLate(error)) this.#unanswered = by.generation;
        throw error;
      }
    });
  }

  /** To be awaited before anything else is committed: in another generation a late commit moves nothing back. */
  async refuseLateOnes(): Promise<void> {
    const { group, member, lost, joinAgain } = this.#options;
    const generation = this.#unanswered;
    if (generation === undefined) return;
    if (member().generation === generation) joinAgain();
    await retry({ ms: retryWithinMs, signal: lost, longestPauseMs: 20 }, async () => {
      if (member().generation === generation)
        throw new StreamsError('UNAVAILABLE', `the group ${group} has not been joined again yet`);
    });
    this.#unanswered = undefined;
  }
}
