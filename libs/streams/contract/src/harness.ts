import type { Driver } from '@millrace/streams';
import type { Capabilities } from '@millrace/streams/driver';

/** What the suite needs to know of a driver and its backend. Unique names keep the tests apart, so one backend serves the whole run. */
export interface Harness {
  readonly name: string;
  /** What the driver must declare. Both returns of each capability have their tests. */
  readonly capabilities: Capabilities;
  /** A fresh client of the one backend; the suite closes it. */
  readonly open: () => Promise<Driver>;
  /** How a child process opens one. Asked when a child starts, so it may name a port that is known only by then. */
  readonly opener: () => Opener;
  readonly faults: Faults;
  /** Called once, after the last test. */
  readonly close: () => Promise<void>;
}

export interface Opener {
  /** URL of a module that exports `open: OpenDriver`. */
  readonly module: string;
  /** Handed to `open` as it is; must survive JSON. */
  readonly options: unknown;
}

export type OpenDriver = (options: unknown) => Promise<Driver>;

/** Faults of the backend itself. Children are killed, paused and resumed by the suite. What is absent needs a reason, which the report shows. */
export interface Faults {
  /** Cuts the connections of all clients at once; they may come back at once. */
  readonly cutConnections: Fault<() => Promise<void>>;
  /** Takes the backend away until the answer is disposed. What it had acknowledged with `all` is still there afterwards. */
  readonly outage: Fault<() => Promise<AsyncDisposable>>;
  /** Removes a group behind the driver's back, as a flush or a failover does, and leaves the records. */
  readonly loseGroup: Fault<(group: string) => Promise<void>>;
}

export type Fault<Inflict> =
  | { readonly present: true; readonly inflict: Inflict }
  | { readonly present: false; readonly reason: string };

/** What an error must say of a capability that is lacking. */
export function reasonFor({ capabilities }: Harness, lacking: string): string {
  return capabilities.lacks[lacking] ?? `a reason in lacks.${lacking}`;
}
