/**
 * What a playing scenario tells, as plain data: the terminal draws it, a server can send it to a page as it is. This file
 * imports nothing, so that a browser can load it.
 */
export type GuideEvent = { readonly sequence: number; readonly atMs: number } & GuideFact;

/** Where a record lies: a Kafka offset, a Redis `ms-seq` id or a sequence of the embedded log. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

export type GuideFact =
  /** A step of the scenario begins; a player may pause before it. */
  | { readonly kind: 'step'; readonly title: string; readonly text: string }
  | { readonly kind: 'topic-created'; readonly topic: string; readonly partitions: number }
  /** A producer sends a record. `label` is what is drawn on it, and names it in every later event. */
  | {
      readonly kind: 'produced';
      readonly producer: string;
      readonly topic: string;
      readonly key: string | null;
      readonly label: string;
    }
  | ({
      readonly kind: 'stored';
      readonly key: string | null;
      readonly label: string;
      readonly timestamp: number;
    } & Place)
  | {
      readonly kind: 'consumer-started';
      readonly consumer: string;
      readonly group: string | null;
      /** The number of a process of its own; null for one that runs inside the player. */
      readonly pid: number | null;
    }
  | { readonly kind: 'consumer-stopped'; readonly consumer: string; readonly group: string | null }
  | ({
      readonly kind: 'delivered';
      readonly consumer: string;
      readonly group: string | null;
      readonly label: string;
      readonly attempt: number;
    } & Place)
  | ({
      readonly kind: 'handled';
      readonly consumer: string;
      readonly group: string | null;
      readonly label: string;
    } & Place)
  | ({
      readonly kind: 'failed';
      readonly consumer: string;
      readonly group: string | null;
      readonly label: string;
      readonly attempt: number;
      readonly error: string;
    } & Place)
  /** The message is off the pending list. */
  | ({
      readonly kind: 'acknowledged';
      readonly consumer: string;
      readonly group: string;
      readonly label: string;
    } & Place)
  /** The group's position in the partition has moved to this offset. */
  | ({ readonly kind: 'committed'; readonly group: string } & Place)
  | {
      readonly kind: 'crashed';
      readonly consumer: string;
      readonly group: string | null;
      readonly pid: number;
      readonly signal: string;
    }
  | ({
      readonly kind: 'reclaimed';
      readonly consumer: string;
      readonly from: string;
      readonly group: string;
      readonly label: string;
    } & Place)
  | {
      readonly kind: 'rebalanced';
      readonly group: string;
      readonly assignment: readonly { readonly consumer: string; readonly partitions: readonly number[] }[];
    }
  /** The pending list of a group at this moment. */
  | {
      readonly kind: 'pending-listed';
      readonly group: string;
      readonly entries: readonly ({
        readonly label: string;
        readonly consumer: string;
        readonly deliveries: number;
      } & Place)[];
    }
  | {
      readonly kind: 'offsets-listed';
      readonly group: string;
      readonly partitions: readonly {
        readonly topic: string;
        readonly partition: number;
        readonly last: string | null;
        readonly committed: string | null;
        readonly lag: number | null;
      }[];
    }
  | { readonly kind: 'nodes-listed'; readonly nodes: readonly GuideNode[] }
  | { readonly kind: 'node-killed'; readonly node: string }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'measured'; readonly name: string; readonly value: number; readonly unit: string }
  | { readonly kind: 'command'; readonly command: GuideCommand }
  | { readonly kind: 'claim-checked'; readonly claim: GuideClaim }
  | { readonly kind: 'finished'; readonly holds: boolean };

/** A server of a cluster. */
export interface GuideNode {
  readonly node: string;
  readonly state: 'up' | 'down';
  /** Partitions that it leads, or slots that it serves. */
  readonly leads: readonly string[];
  /** What it holds copies of. */
  readonly follows: readonly string[];
}

/** `sent` is what went to the server: a Redis command as MONITOR shows it or the name of a Kafka request. */
export type GuideCommand =
  | {
      readonly source: 'sent';
      readonly text: string;
      readonly times: number;
      readonly script: boolean;
      /** Clients and their scripts send others as well. */
      readonly ofTheBook: boolean;
    }
  /** What a person types to do the same. */
  | { readonly source: 'command-line'; readonly text: string };

export interface GuideClaim {
  readonly text: string;
  readonly holds: boolean;
  /** What the backend holds, in a sentence. */
  readonly evidence: string;
}

export type BackendKind = 'embedded' | 'redis' | 'kafka';

export interface ParameterSpec {
  readonly name: string;
  readonly text: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
}

/** What lists show of a scenario; plain data. */
export interface ScenarioSummary {
  /** The number of the picture that names it in a command, such as `23`. */
  readonly id: string;
  /** Every picture of the book that it plays. */
  readonly pictures: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly backends: readonly BackendKind[];
  /** Why another backend cannot, by its name. */
  readonly cannot: Readonly<Partial<Record<BackendKind, string>>>;
  /** `own server` and `cluster`: it starts them itself, and ends them. The embedded log needs none. */
  readonly needs: 'one server' | 'own server' | 'cluster';
  readonly parameters: readonly ParameterSpec[];
  /** Where one of its pictures is drawn with other numbers than the defaults: by its name. */
  readonly ofPicture?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly leavesOut: string;
}

/** What `--json` prints. */
export interface GuideReport {
  readonly id: string;
  readonly title: string;
  readonly backend: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly events: readonly GuideEvent[];
  readonly commands: readonly GuideCommand[];
  readonly claims: readonly GuideClaim[];
}
