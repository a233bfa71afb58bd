import { openStreams, type Streams } from '@millrace/streams';
import type { BackendKind, GuideFact } from '../events.ts';
import { localNode, type NodeAddress } from '../native/node-address.ts';
import type { FactLog } from './fact-log.ts';
import { GuideError } from './guide-error.ts';
import type { Random } from './random.ts';
import type { GivenCluster, OwnServers } from './servers.ts';
import { StageGroups } from './stage-groups.ts';
import { StageMembers } from './stage-members.ts';
import { StageRecords } from './stage-records.ts';
import { waitUntil } from './wait-until.ts';

export interface StageOptions {
  readonly url: string;
  readonly backend: BackendKind;
  readonly namespace: string;
  readonly streams: Streams;
  readonly servers: OwnServers | undefined;
  readonly given: GivenCluster | undefined;
  readonly log: FactLog;
  readonly parameters: Readonly<Record<string, number>>;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Hears the Kafka requests of members. */
  readonly onRequest: (name: string) => void;
  /** Nothing that is sent meanwhile is shown. */
  readonly unheard: (body: () => Promise<void>) => Promise<void>;
  /** Called before a step begins; a player may wait in it. */
  readonly beforeStep: () => Promise<void>;
  /** Called when a step is done, with its title. */
  readonly afterStep: (title: string) => Promise<void>;
}

export interface Holding {
  readonly holds: boolean;
  readonly evidence: string;
}

export interface StatedClaim {
  readonly text: string;
  /** Asks the backend. */
  readonly check: () => Promise<Holding>;
}

/** Where one run of a scenario takes place: its backend, its records and consumers, and what it tells of them. */
export class Stage implements AsyncDisposable {
  readonly url: string;
  readonly backend: BackendKind;
  readonly namespace: string;
  readonly streams: Streams;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly records: StageRecords;
  readonly members: StageMembers;
  readonly groups: StageGroups;
  readonly claims: StatedClaim[] = [];
  readonly #options: StageOptions;
  readonly #open = new AsyncDisposableStack();

  constructor(options: StageOptions) {
    this.#options = options;
    this.url = options.url;
    this.backend = options.backend;
    this.namespace = options.namespace;
    this.streams = options.streams;
    this.random = options.random;
    this.signal = options.signal;
    const { streams, log, signal } = options;
    this.records = new StageRecords(streams, log, signal);
    this.members = new StageMembers(options);
    this.groups = new StageGroups({ ...options, records: this.records, members: this.members });
  }

  /** The servers that were started for this run; GuideError when there are none. */
  get servers(): OwnServers {
    const { servers } = this.#options;
    if (!servers) throw new GuideError('this run has no servers of its own');
    return servers;
  }

  /** The cluster that was there before the run; undefined when its servers are the run's own. */
  get given(): GivenCluster | undefined {
    return this.#options.given;
  }

  /** Every server of the cluster, the run's own or the one that was given. */
  get nodes(): readonly NodeAddress[] {
    return this.given?.nodes ?? this.servers.nodes.map(({ port }) => localNode(port));
  }

  /** The server at that port, also one that has joined meanwhile. */
  nodeAt(port: number): NodeAddress {
    return this.nodes.find((node) => node.port === port) ?? localNode(port);
  }

  parameter(name: string): number {
    return this.#options.parameters[name] ?? 0;
  }

  tell(fact: GuideFact): void {
    this.#options.log.tell(fact);
  }

  async step(title: string, text: string, body: () => Promise<void>): Promise<void> {
    this.signal.throwIfAborted();
    await this.#options.beforeStep();
    this.tell({ kind: 'step', title, text });
    try {
      await body();
      await this.members.hearAll();
    } finally {
      this.#options.log.flush();
    }
    await this.#options.afterStep(title);
  }

  /** For what is too large to be shown: nothing that is sent meanwhile is. */
  unheard(body: () => Promise<void>): Promise<void> {
    return this.#options.unheard(body);
  }

  /** What a person types to do the same, by backend. */
  commandLine(forms: Partial<Record<BackendKind, string>>): void {
    const text = forms[this.backend];
    if (text !== undefined) this.tell({ kind: 'command', command: { source: 'command-line', text } });
  }

  claim(text: string, check: () => Promise<Holding>): void {
    this.claims.push({ text, check });
  }

  until<Value>(
    what: string,
    poll: () => Promise<Value | undefined | false> | Value | undefined | false,
  ): Promise<Value> {
    return waitUntil(what, this.signal, poll);
  }

  /** Keeps something open until the claims are checked. */
  use<Opened extends AsyncDisposable>(opened: Opened): Opened {
    return this.#open.use(opened);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#open.disposeAsync();
    } finally {
      await this.members[Symbol.asyncDispose]();
    }
  }

  /** The same streams, opened once more: another client. */
  openAnother(): Promise<Streams> {
    return openStreams(this.url, this.namespace === '' ? {} : { namespace: this.namespace });
  }
}
