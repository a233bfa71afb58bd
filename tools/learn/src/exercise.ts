import type { Running, Streams, Topic, TopicSpec } from '@millrace/streams';
import type { Lab } from './lab.ts';
import type { World } from './world.ts';

/** What the reader's file exports. */
export interface Work {
  readonly start: (streams: Streams, world: World) => Promise<Running>;
  /** In some exercises: how topics are made, or what goes into them. */
  readonly topics?: readonly TopicSpec[];
  readonly events?: Topic<never>;
}

export interface Verdict {
  readonly passed: boolean;
  /** What the streams held, for people. */
  readonly found: string;
  /** Why that is so, and what to think of: never the solution itself. */
  readonly why: string;
}

export interface Judge {
  readonly title: string;
  /** What goes wrong, told in a sentence or two. */
  readonly story: string;
  readonly topics: readonly TopicSpec[];
  judge(lab: Lab): Promise<Verdict>;
}
