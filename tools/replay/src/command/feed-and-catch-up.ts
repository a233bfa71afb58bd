import type { Streams } from '@millrace/streams';
import type { Backlog } from '../backlog/backlog.ts';
import { caughtUp } from '../backlog/caught-up.ts';
import { Gate } from '../backlog/gate.ts';
import { Stalls } from '../backlog/stalls.ts';
import { watchBacklog } from '../backlog/watch.ts';
import type { Feed } from '../feed/feed.ts';
import { publishChunks } from '../feed/feeder.ts';
import type { Checkpoint } from '../run/checkpoint.ts';
import type { Screen } from '../screen/screen.ts';
import type { Fleet } from '../services/fleet.ts';
import type { Follower } from './follow.ts';
import { guarded } from './guarded.ts';

export interface Session {
  readonly streams: Streams;
  readonly fleet: Fleet;
  readonly checkpoint: Checkpoint;
  readonly feeds: readonly Feed[];
  readonly screen: Screen;
  readonly follower: Follower;
  /** Feeding pauses while the services have more records to go. */
  readonly maxLag: number;
  readonly patienceMs: number;
  /** Where the services' logs are. */
  readonly logs: string;
}

const measureEveryMs = 200;

/** Publishes what the files hold and waits until every group has settled all that follows from it. */
export async function feedAndCatchUp(session: Session, interrupted: AbortSignal): Promise<void> {
  const { streams, fleet, checkpoint, feeds, screen, follower } = session;
  const gate = new Gate(session.maxLag);
  const note = (text: string): void => screen.note(text);
  const watch = {
    admin: streams.admin,
    everyMs: measureEveryMs,
    stalls: new Stalls({ patienceMs: session.patienceMs, logs: session.logs }),
    onBacklog: (backlog: Backlog): void => {
      gate.measured(backlog.lag);
      follower.measured(backlog);
    },
    note,
  };
  const feedAll = async (signal: AbortSignal): Promise<void> => {
    const options = { streams, gate, checkpoint, note, patienceMs: session.patienceMs };
    await Promise.all(feeds.map((feed) => publishChunks(feed.name, feed.chunks(), options, signal)));
    follower.catchingUp();
    await caughtUp(streams.admin, signal);
    follower.caughtUp();
  };
  const guards = [
    (signal: AbortSignal) => watchBacklog(watch, signal),
    (signal: AbortSignal) => follower.follow(signal),
    (signal: AbortSignal) => fleet.watch(signal),
  ];
  checkpoint.startClock();
  try {
    await guarded(feedAll, guards, interrupted);
  } finally {
    checkpoint.stopClock();
    checkpoint.save();
  }
}
