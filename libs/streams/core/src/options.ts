import type { Message } from './decode.ts';
import type { Acks, Once } from './driver.ts';
import type { StreamsError } from './errors.ts';
import type { Middleware } from './middleware/middleware.ts';
import type { Observer } from './observer.ts';
import type { End, Position, Start } from './position.ts';
import type { Delivery, Headers, HeaderValues } from './record.ts';
import type { Retry } from './retry.ts';
import type { BatchRoute, Context, Route, StatefulContext } from './routes.ts';
import type { Store } from './store.ts';
import type { Topic } from './topic.ts';

export interface PublishOptions {
  /** Default: `all`. */
  readonly acks?: Acks;
  readonly signal?: AbortSignal;
  readonly headers?: HeaderValues;
  /** Of all values, instead of the key that the topic derives from each. A null value needs it where the topic has keys. */
  readonly key?: string | Uint8Array;
  /** See AppendOptions.once: repeats of a producer's sequence are ignored. */
  readonly once?: Once;
}

export interface PublishTogetherOptions extends PublishOptions {
  /**
   * With true a backend that cannot store all or nothing refuses with UNSUPPORTED, and more than it can store at once with
   * TOO_LARGE. Default: false. A backend that cannot then stores one topic after the other, in the order given, so that an
   * error may leave those before it.
   */
  readonly atomic?: boolean;
}

export interface ReadMessagesOptions {
  /** Default: `earliest`. */
  readonly from?: Start;
  /** Without it the read follows the topic until the signal aborts or the limit is reached. */
  readonly to?: End;
  readonly limit?: number;
  readonly partitions?: readonly number[];
  readonly signal?: AbortSignal;
}

interface CommonRunOptions {
  readonly group: string;
  /**
   * Every topic that the handlers send to. They are looked up when the group joins, which fails with UNKNOWN_TOPIC if one
   * does not exist, and sending to another one is INVALID_ARGUMENT. Default: any topic, looked up when something is sent.
   */
  readonly outputs?: readonly Pick<Topic<never>, 'name'>[];
  /** Where a new group begins. Default: `earliest`. */
  readonly start?: Start;
  /** Messages handled at the same time per partition (different keys) or, in competing mode, per member. Default: 1. */
  readonly concurrency?: number;
  /** The most messages of one commit. Default: 500. */
  readonly batch?: number;
  /**
   * About how many bytes one commit holds, its records, outputs and state together. Default: 2 MiB. A
   * message that takes more is committed alone. For each partition a member has two to three times as much in flight.
   */
  readonly batchBytes?: number;
  readonly retry?: Retry;
  /** Functions round every handler of the group, the first of them outermost. Default: none. See `middleware`. */
  readonly use?: readonly Middleware[];
  /** With false a message that fails for good stops the group (`running.finished` rejects) instead of leaving the stream. */
  readonly deadLetter?: boolean;
  /** Headers to add to a dead letter, or to replace in it. Called when it is made, which is before it is stored; must not throw. */
  readonly deadLetterHeaders?: (record: Delivery, failure: Failure) => Headers;
  /** How strongly commits and outputs are stored. Default: `all`. */
  readonly acks?: Acks;
  /** Milliseconds until a silent member is replaced. Default: 3,000; at least 500. On Kafka it is the group's session timeout, which the broker may bound. */
  readonly leaseMs?: number;
  /** Milliseconds that a stop or a revocation waits for handlers in flight. Default: 10,000. */
  readonly graceMs?: number;
  readonly observer?: Observer;
}

/** Why a message is dead-lettered. */
export interface Failure {
  readonly attempts: number;
  readonly error: StreamsError;
}

/** Acknowledges before handling: a crash loses what was in flight. */
export interface AtMostOnceOptions extends CommonRunOptions {
  readonly delivery: 'at-most-once';
  readonly mode: 'partitioned' | 'competing';
  readonly routes: readonly Route[];
}

/** Handles, sends outputs, acknowledges: a crash repeats what was in flight. */
export interface AtLeastOnceOptions extends CommonRunOptions {
  readonly delivery: 'at-least-once';
  readonly mode: 'partitioned' | 'competing';
  readonly routes: readonly Route[];
}

/** Acknowledgement, outputs, state and dedupe ids in one atomic commit. */
export interface ExactlyOnceOptions extends CommonRunOptions {
  readonly delivery: 'exactly-once';
  readonly mode: 'partitioned';
  readonly routes: readonly (Route<Context> | Route<StatefulContext>)[];
  readonly dedupe?: Dedupe;
  /** Every keyed store that the handlers use; using another one is INVALID_ARGUMENT. */
  readonly stores?: readonly Store<unknown>[];
}

/** Exactly-once among competing members: acknowledgement and outputs of one message in one commit; no keyed state. */
export interface CompetingExactlyOnceOptions extends CommonRunOptions {
  readonly delivery: 'exactly-once';
  readonly mode: 'competing';
  readonly routes: readonly Route[];
}

/** The batch handlers save positions in their own database transaction. */
export interface ExternalOptions extends CommonRunOptions {
  readonly delivery: External;
  readonly mode: 'partitioned';
  readonly routes: readonly BatchRoute[];
}

export type RunOptions =
  | AtMostOnceOptions
  | AtLeastOnceOptions
  | ExactlyOnceOptions
  | CompetingExactlyOnceOptions
  | ExternalOptions;

export interface External {
  /** The positions saved for this lease's partition, one per topic at most. Called when the lease is gained. */
  readonly load: (
    topics: readonly string[],
    partition: number,
  ) => Promise<readonly Position[]> | readonly Position[];
}

/** Positions are saved by the handlers; a zombie's batch rolls back by their compare-and-set. */
export function external(options: External): External {
  return options;
}

/** Drops messages whose id was handled before, as long as the window remembers it. */
export interface Dedupe {
  /** The id. Default: the header `id`. Undefined means: do not dedupe this message. */
  readonly by?: (message: Message<unknown>) => string | undefined;
  /** Ids remembered per partition. */
  readonly window: { readonly count: number };
}
