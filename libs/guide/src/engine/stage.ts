import { type End, openStreams, type Start, type Streams, type Topic } from '@millrace/streams';
import type { BackendKind, GuideFact, Place } from '../events.ts';
import { MemberProcess } from '../process/member-process.ts';
import type { MemberReport, MemberScript } from '../process/member-script.ts';
import type { FactLog } from './fact-log.ts';
import { GuideError } from './guide-error.ts';
import type { Random } from './random.ts';
import type { OwnServers } from './servers.ts';
import { type GuideValue, type JournalEntry, journalTopic, keyedTopic, unkeyedTopic } from './value.ts';
import { waitUntil } from './wait-until.ts';

export interface StageOptions {
  readonly url: string;
  readonly backend: BackendKind;
  readonly namespace: string;
  readonly streams: Streams;
  readonly servers: OwnServers | undefined;
  readonly log: FactLog;
  readonly parameters: Readonly<Record<string, number>>;
  readonly random: Random;
  readonly signal: AbortSignal;
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

export interface StoredValue extends Place, GuideValue {
  readonly timestamp: number;
}

export type MemberOptions = Omit<MemberScript, 'url' | 'namespace' | 'name'>;

/** Where one run of a scenario takes place: its backend, its records and consumers, and what it tells of them. */
export class Stage implements AsyncDisposable {
  readonly url: string;
  readonly backend: BackendKind;
  readonly namespace: string;
  readonly streams: Streams;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly claims: StatedClaim[] = [];
  readonly #options: StageOptions;
  readonly #members: MemberProcess[] = [];
  readonly #open = new AsyncDisposableStack();
  readonly #labels = new Map<string, string>();

  constructor(options: StageOptions) {
    this.#options = options;
    this.url = options.url;
    this.backend = options.backend;
    this.namespace = options.namespace;
    this.streams = options.streams;
    this.random = options.random;
    this.signal = options.signal;
  }

  /** The servers that were started for this run; GuideError when there are none. */
  get servers(): OwnServers {
    const { servers } = this.#options;
    if (!servers) throw new GuideError('this run has no servers of its own');
    return servers;
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
      await this.#hearAll();
    } finally {
      this.#options.log.flush();
    }
    await this.#options.afterStep(title);
  }

  /** What a person types to do the same, by backend. */
  commandLine(forms: Partial<Record<BackendKind, string>>): void {
    const text = forms[this.backend];
    if (text !== undefined) this.tell({ kind: 'command', command: { source: 'command-line', text } });
  }

  claim(text: string, check: () => Promise<Holding>): void {
    this.claims.push({ text, check });
  }

  async createTopic(name: string, partitions: number, settings: Record<string, string> = {}): Promise<void> {
    await this.streams.admin.ensureTopics([
      { name, partitions, settings },
      ...(name === journalTopic.name ? [] : [{ name: journalTopic.name, partitions: 1 }]),
    ]);
    this.tell({ kind: 'topic-created', topic: name, partitions });
  }

  /** Stores the values one after another and tells where each lies. */
  async publish(
    name: string,
    values: readonly GuideValue[],
    options: {
      readonly producer?: string;
      readonly together?: boolean;
      readonly acks?: 'none' | 'leader' | 'all';
    } = {},
  ): Promise<Place[]> {
    const { producer = 'producer', together = false, acks = 'all' } = options;
    const topic = topicOf(name, values);
    const places: Place[] = [];
    for (const batch of together ? [values] : values.map((value) => [value])) {
      for (const { key, label } of batch) this.tell({ kind: 'produced', producer, topic: name, key, label });
      const positions = await this.streams.publish(topic, batch, { acks, signal: this.signal });
      for (const [index, { partition, offset }] of positions.entries()) {
        const { key = null, label = '' } = batch[index] ?? {};
        const place = { topic: name, partition, offset };
        this.#labels.set(placeText(place), label);
        this.tell({ kind: 'stored', ...place, key, label, timestamp: Date.now() });
        places.push(place);
      }
    }
    return places;
  }

  /** What is drawn on the record that lies there. */
  labelAt(place: Place): string {
    return this.#labels.get(placeText(place)) ?? place.offset;
  }

  /** All records of a topic as the backend holds them now, in the order of each partition. */
  async stored(name: string): Promise<StoredValue[]> {
    const found: StoredValue[] = [];
    for await (const { topic, partition, offset, value, timestamp } of this.streams.read(unkeyedTopic(name), {
      to: 'now',
      signal: this.signal,
    }))
      found.push({ topic, partition, offset, timestamp, key: value.key, label: value.label });
    return found;
  }

  /** What the consumers wrote of themselves, as the backend holds it now. */
  async journal(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const { value } of this.streams.read(journalTopic, { to: 'now', signal: this.signal }))
      entries.push(value);
    return entries;
  }

  async writeJournal(entry: JournalEntry): Promise<void> {
    await this.streams.publish(journalTopic, [entry], { signal: this.signal });
  }

  /** A plain consumer without a group: reads so many records from the beginning and writes each into the journal. */
  async readPlainly(
    consumer: string,
    name: string,
    limit: number,
    options: {
      readonly partitions?: readonly number[];
      readonly from?: Start;
      readonly to?: End;
    } = {},
  ): Promise<void> {
    this.tell({ kind: 'consumer-started', consumer, group: null, pid: null });
    const messages = this.streams.read(unkeyedTopic(name), { ...options, limit, signal: this.signal });
    for await (const { topic, partition, offset, value } of messages) {
      const place = { topic, partition, offset };
      const fact = { consumer, group: null, label: value.label, ...place };
      await this.writeJournal({ ...fact, key: value.key, attempt: 1 });
      this.#report(consumer, place, () => ({ kind: 'delivered', attempt: 1, ...fact }));
      this.#report(consumer, place, () => ({ kind: 'handled', ...fact }));
    }
  }

  /** Starts a consumer in a process of its own; resolves once it is in the group. */
  async startMember(name: string, options: MemberOptions): Promise<MemberProcess> {
    const script = { ...options, url: this.url, namespace: this.namespace, name };
    const member = new MemberProcess(script, (report, from) => this.#hear(report, from));
    this.#members.push(member);
    await this.until(`${name} joined`, () => {
      if (member.error !== undefined) throw new Error(member.error);
      if (!member.isAlive) throw new GuideError(`${name} was killed before it had joined`);
      return member.hasJoined;
    });
    this.#options.log.report({
      consumer: () => member.name,
      place: undefined,
      toFact: (consumer) => ({ kind: 'consumer-started', consumer, group: options.group, pid: member.pid }),
    });
    return member;
  }

  /**
   * Resolves once the members hold all partitions, each as many as its fair share. New members are named by what they
   * hold, so that a seed tells the same story twice; those that have been at work keep their names.
   */
  async settle(
    members: readonly MemberProcess[],
    group: string,
    partitions: number,
    { areNew = true }: { readonly areNew?: boolean } = {},
  ): Promise<void> {
    await this.until(`${group} shares out its partitions`, () => {
      const alive = members.filter(({ isAlive }) => isAlive);
      const held = alive.flatMap(({ leases }) => leases);
      const share = Math.floor(partitions / Math.max(1, alive.length));
      return held.length === partitions && alive.every(({ leases }) => leases.length >= share);
    });
    const inOrder = [...members].sort((a, b) => (a.leases[0] ?? partitions) - (b.leases[0] ?? partitions));
    const names = members.map(({ name }) => name).sort();
    if (areNew) for (const [index, member] of inOrder.entries()) member.rename(names[index] ?? member.name);
    await this.#hearAll();
    this.#options.log.flush();
    this.tell({
      kind: 'rebalanced',
      group,
      assignment: [...members]
        .sort(byName)
        .map((member) => ({ consumer: member.name, partitions: member.leases })),
    });
  }

  /** Kills the member of that name, as a player wants it; false when there is none that lives. */
  async crash(name: string): Promise<boolean> {
    const member = this.#members.find((each) => each.name === name && each.isAlive);
    if (member) await this.kill(member);
    return member !== undefined;
  }

  async kill(member: MemberProcess): Promise<void> {
    await member.kill();
    await this.#hearAll();
    this.#options.log.flush();
    const { name, pid, script } = member;
    this.tell({ kind: 'crashed', consumer: name, group: script.group, pid, signal: 'SIGKILL' });
  }

  async stop(member: MemberProcess): Promise<void> {
    await member.stop();
    this.#report(member.name, undefined, (consumer) => ({
      kind: 'consumer-stopped',
      consumer,
      group: member.script.group,
    }));
  }

  until<Value>(
    what: string,
    poll: () => Promise<Value | undefined | false> | Value | undefined | false,
  ): Promise<Value> {
    return waitUntil(what, this.signal, poll);
  }

  /** Resolves once the journal holds at least so many entries. */
  async untilJournal(count: number): Promise<void> {
    await this.until(`${count} messages are handled`, async () => (await this.journal()).length >= count);
  }

  /** Resolves once the group has acknowledged all that is stored. */
  async untilCaughtUp(group: string): Promise<void> {
    await this.until(`${group} has caught up`, async () => (await this.lag(group)) === 0);
  }

  /** Records that the group has not acknowledged, as the backend says. */
  async lag(group: string): Promise<number> {
    const { partitions } = await this.streams.admin.describeGroup(group);
    return partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
  }

  /** Asks the backend for the group's positions, and tells them. */
  async listOffsets(group: string): Promise<void> {
    const { partitions } = await this.streams.admin.describeGroup(group);
    const topics = new Map<string, string | null>();
    for (const name of new Set(partitions.map(({ topic }) => topic))) {
      const { partitions: described } = await this.streams.admin.describe(name);
      for (const { partition, last } of described) topics.set(`${name}:${partition}`, last ?? null);
    }
    this.tell({
      kind: 'offsets-listed',
      group,
      partitions: partitions.map(({ topic, partition, committed, lag }) => ({
        topic,
        partition,
        last: topics.get(`${topic}:${partition}`) ?? null,
        committed: committed ?? null,
        lag: lag ?? null,
      })),
    });
  }

  /** Keeps something open until the claims are checked. */
  use<Opened extends AsyncDisposable>(opened: Opened): Opened {
    return this.#open.use(opened);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.disposeAsync();
    await Promise.all(this.#members.map((member) => member.kill()));
  }

  /** The same streams, opened once more: another client. */
  openAnother(): Promise<Streams> {
    return openStreams(this.url, this.namespace === '' ? {} : { namespace: this.namespace });
  }

  /** Resolves once every member has reported all that it has done so far, and how that ended. */
  async #hearAll(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.hear()));
    await this.until('the members report what they handled', () =>
      this.#members.every((member) => member.isIdle),
    );
  }

  #hear(report: MemberReport, member: MemberProcess): void {
    const { group } = member.script;
    switch (report.report) {
      case 'delivered':
      case 'handled':
      case 'failed':
      case 'committed': {
        const { topic, partition, offset, label, attempt, error = '' } = report;
        const place = { topic, partition, offset };
        this.#report(member, place, (consumer) => {
          const fact = { consumer, group, label, ...place };
          switch (report.report) {
            case 'delivered':
              return { kind: 'delivered', attempt, ...fact };
            case 'handled':
              return { kind: 'handled', ...fact };
            case 'failed':
              return { kind: 'failed', attempt, error, ...fact };
            case 'committed':
              return { kind: 'acknowledged', ...fact };
            default:
              return report satisfies never;
          }
        });
        break;
      }
      case 'request':
        this.onRequest?.(report.name);
        break;
      case 'joined':
      case 'leases':
      case 'stalled':
      case 'heard':
      case 'ended':
        break;
      default:
        report satisfies never;
    }
  }

  /** Hears the Kafka requests of members. */
  onRequest: ((name: string) => void) | undefined;

  #report(
    consumer: string | MemberProcess,
    place: Place | undefined,
    toFact: (consumer: string) => GuideFact,
  ): void {
    const name = typeof consumer === 'string' ? () => consumer : () => consumer.name;
    this.#options.log.report({ consumer: name, place, toFact });
  }
}

function topicOf(name: string, values: readonly GuideValue[]): Topic<GuideValue> {
  return values.some(({ key }) => key !== null) ? keyedTopic(name) : unkeyedTopic(name);
}

function byName(a: MemberProcess, b: MemberProcess): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}

function placeText({ topic, partition, offset }: Place): string {
  return `${topic}:${partition}:${offset}`;
}
