import { formatPosition, type GroupPartition } from '@millrace/streams';
import { ReplayError } from '../replay-error.ts';
import type { Backlog, GroupBacklog } from './backlog.ts';

export interface StallOptions {
  /** Milliseconds without progress after which a group with work left is given up. */
  readonly patienceMs: number;
  /** Where a person finds the services' logs. */
  readonly logs: string;
}

interface Seen {
  readonly progress: string;
  readonly since: number;
}

/** Notices groups that have work left and do nothing. */
export class Stalls {
  readonly #options: StallOptions;
  readonly #seen: Map<string, Seen> = new Map();

  constructor(options: StallOptions) {
    this.#options = options;
  }

  /** Throws a ReplayError that names the group and what to look at. `now` is milliseconds of a clock that never jumps. */
  check(backlog: Backlog, now: number): void {
    for (const group of backlog.groups) {
      const seen = this.#seen.get(group.group);
      if (group.lag === 0 || seen?.progress !== group.progress)
        this.#seen.set(group.group, { progress: group.progress, since: now });
      else if (now - seen.since > this.#options.patienceMs) throw this.#stalled(group);
    }
  }

  #stalled({ group, lag, furthestBehind }: GroupBacklog): ReplayError {
    const seconds = Math.round(this.#options.patienceMs / 1_000);
    return new ReplayError(
      [
        `group ${group} has settled nothing for ${seconds} s and has ${lag.toLocaleString('en')} records to go.`,
        furthestBehind ? `It stands at ${describe(furthestBehind)}.` : '',
        `Look at its service's log in ${this.#options.logs}, at its GET /ready, and at its dead letters.`,
      ]
        .filter((line) => line !== '')
        .join('\n  '),
    );
  }
}

function describe({ topic, partition, committed, lag, owner }: GroupPartition): string {
  const at = committed === undefined ? 'the beginning of ' : '';
  const position =
    committed === undefined
      ? `${topic}:${partition}`
      : formatPosition({ topic, partition, offset: committed });
  const by = owner === undefined ? 'which no member owns' : `owned by ${owner}`;
  return `${at}${position}, ${lag ?? 'an unknown number of'} records behind, ${by}`;
}
