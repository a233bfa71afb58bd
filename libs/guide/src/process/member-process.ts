import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Place } from '../events.ts';
import type { MemberCommand, MemberReport, MemberScript, StallAt } from './member-script.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`./member-main.${extension}`, import.meta.url));

/** A consumer in a process of its own. */
export class MemberProcess implements AsyncDisposable {
  readonly script: MemberScript;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #name: string;
  #leases: readonly number[] = [];
  #memberId: string | undefined;
  #stalled: string | undefined;
  #hoarded = 0;
  #error: string | undefined;
  #heard: PromiseWithResolvers<void> = Promise.withResolvers();
  #weighed: PromiseWithResolvers<number> = Promise.withResolvers();
  /** Places of messages that were delivered and whose end has not been reported. */
  readonly #inHand = new Set<string>();
  readonly #given = new Set<string>();
  readonly #acknowledged = new Set<string>();

  constructor(script: MemberScript, onReport: (report: MemberReport, member: MemberProcess) => void) {
    this.script = script;
    this.#name = script.name;
    // Ctrl-C of the terminal reaches it too; it leaves that to the player, which then ends it.
    this.#child = fork(program, [JSON.stringify(script)], {
      execArgv: [...process.execArgv, '--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    // What it reported before its end is read when the channel has ended.
    this.#gone = Promise.all([once(this.#child, 'exit'), once(this.#child, 'disconnect')]);
    this.#child.on('message', (report: MemberReport) => {
      if (report.report === 'joined') this.#memberId = report.member;
      if (report.report === 'leases') this.#holds(report.partitions);
      if (report.report === 'stalled') this.#stalled = report.label;
      if (report.report === 'hoarded') this.#hoarded = report.records;
      if (report.report === 'ended') this.#error = report.error;
      if (report.report === 'heard') this.#heard.resolve();
      if (report.report === 'weighed') this.#weighed.resolve(report.bytes);
      if (report.report === 'delivered') {
        this.#inHand.add(placeText(report));
        this.#given.add(report.label);
      }
      if (report.report === 'committed') this.#acknowledged.add(placeText(report));
      if (report.report === this.#last) this.#inHand.delete(placeText(report));
      onReport(report, this);
    });
  }

  /** What it had in hand of a partition that it has lost is another's now. */
  #holds(partitions: readonly number[]): void {
    this.#leases = partitions;
    if (this.script.mode === 'partitioned')
      for (const place of this.#inHand)
        if (!partitions.includes(partitionOf(place))) this.#inHand.delete(place);
  }

  /** What is reported last of a message. */
  get #last(): 'handled' | 'committed' {
    return this.script.delivery === 'at-most-once' ? 'handled' : 'committed';
  }

  get name(): string {
    return this.#name;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get leases(): readonly number[] {
    return this.isAlive ? this.#leases : [];
  }

  get hasJoined(): boolean {
    return this.#memberId !== undefined;
  }

  /** Its name at the backend, once it has joined. */
  get memberId(): string | undefined {
    return this.#memberId;
  }

  /** The label of the message at which it stands still. */
  get stalledAt(): string | undefined {
    return this.#stalled;
  }

  /** How many records it keeps in memory, when it was told to. */
  get hoarded(): number {
    return this.#hoarded;
  }

  /** Why it ended by itself. */
  get error(): string | undefined {
    return this.#error;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whether it has reported a delivery of the message. */
  wasGiven(label: string): boolean {
    return this.#given.has(label);
  }

  /** Whether it has reported that it acknowledged what lies there. */
  hasAcknowledged(place: Place): boolean {
    return this.#acknowledged.has(placeText(place));
  }

  /** Messages whose end it has not reported. */
  get inHand(): number {
    return this.#inHand.size;
  }

  /** Nothing is in hand: each message that it reported was also reported as done. */
  get isIdle(): boolean {
    return !this.isAlive || this.#stalled !== undefined || this.#inHand.size === 0;
  }

  /** Resolves once all that it has reported until now is heard, or it is gone. */
  async hear(): Promise<void> {
    if (!this.isAlive || !this.#child.connected) return;
    this.#heard = Promise.withResolvers();
    this.#tell({ command: 'hear' });
    await Promise.race([this.#heard.promise, this.#gone]);
  }

  /** Bytes of memory that it has in use, once its garbage is collected; 0 when it is gone. */
  async weigh(): Promise<number> {
    if (!this.isAlive || !this.#child.connected) return 0;
    this.#weighed = Promise.withResolvers();
    this.#tell({ command: 'weigh' });
    return Promise.race([this.#weighed.promise, this.#gone.then(() => 0)]);
  }

  /** Goes on from where it stands still, until the next such message or for good. */
  continue(stallAt?: StallAt): void {
    this.#stalled = undefined;
    this.#tell({ command: 'continue', ...(stallAt ? { stallAt } : {}) });
  }

  rename(name: string): void {
    this.#name = name;
    this.#tell({ command: 'rename', name });
  }

  /** SIGKILL; resolves once the process is gone. */
  async kill(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** Drains and leaves the group. */
  async stop(): Promise<void> {
    if (this.isAlive) this.#tell({ command: 'stop' });
    await this.#gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #tell(command: MemberCommand): void {
    // It may end at this very moment, which is seen as its exit.
    if (this.#child.connected) this.#child.send(command, () => undefined);
  }
}

function placeText({ topic, partition, offset }: Place): string {
  return `${topic}:${partition}:${offset}`;
}

function partitionOf(place: string): number {
  return Number(place.split(':').at(-2));
}
