import type { GuideFact, Place } from '../events.ts';
import { MemberProcess } from '../process/member-process.ts';
import type { MemberReport, MemberScript } from '../process/member-script.ts';
import type { FactLog } from './fact-log.ts';
import { GuideError } from './guide-error.ts';
import { waitUntil } from './wait-until.ts';

export type MemberOptions = Omit<MemberScript, 'url' | 'namespace' | 'name'>;

export interface StageMembersOptions {
  readonly url: string;
  readonly namespace: string;
  readonly log: FactLog;
  readonly signal: AbortSignal;
  /** Hears the Kafka requests of members. */
  readonly onRequest: (name: string) => void;
}

/** The consumers of a run that are processes of their own, and what they report. */
export class StageMembers implements AsyncDisposable {
  readonly #options: StageMembersOptions;
  readonly #members: MemberProcess[] = [];

  constructor(options: StageMembersOptions) {
    this.#options = options;
  }

  /** Starts a consumer in a process of its own; resolves once it is in the group. */
  async start(name: string, options: MemberOptions): Promise<MemberProcess> {
    const { url, namespace } = this.#options;
    const script = { ...options, url, namespace, name };
    const member = new MemberProcess(script, (report, from) => this.#hear(report, from));
    this.#members.push(member);
    await this.#until(`${name} joined`, () => {
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
    await this.#until(`${group} shares out its partitions`, () => {
      const alive = members.filter(({ isAlive }) => isAlive);
      const held = alive.flatMap(({ leases }) => leases);
      const share = Math.floor(partitions / Math.max(1, alive.length));
      return held.length === partitions && alive.every(({ leases }) => leases.length >= share);
    });
    const inOrder = [...members].sort((a, b) => (a.leases[0] ?? partitions) - (b.leases[0] ?? partitions));
    const names = members.map(({ name }) => name).sort();
    if (areNew) for (const [index, member] of inOrder.entries()) member.rename(names[index] ?? member.name);
    await this.tellAll();
    this.#options.log.tell({
      kind: 'rebalanced',
      group,
      assignment: [...members]
        .sort(byName)
        .map((member) => ({ consumer: member.name, partitions: member.leases })),
    });
  }

  /** The name of the consumer whom the backend knows by that id. */
  nameOf(member: string): string | undefined {
    return this.#members.find((each) => each.memberId === member)?.name;
  }

  /** What the consumers of a group read. */
  topicsOf(group: string): readonly string[] {
    const scripts = this.#members.map(({ script }) => script).filter((script) => script.group === group);
    return [...new Set(scripts.flatMap(({ topics }) => topics))];
  }

  /** Kills the member of that name, as a player wants it; false when there is none that lives. */
  async crash(name: string): Promise<boolean> {
    const member = this.#members.find((each) => each.name === name && each.isAlive);
    if (member) await this.kill(member);
    return member !== undefined;
  }

  async kill(member: MemberProcess): Promise<void> {
    await member.kill();
    await this.tellAll();
    const { name, pid, script } = member;
    this.#options.log.tell({ kind: 'crashed', consumer: name, group: script.group, pid, signal: 'SIGKILL' });
  }

  async stop(member: MemberProcess): Promise<void> {
    await member.stop();
    this.#report(member.name, undefined, (consumer) => ({
      kind: 'consumer-stopped',
      consumer,
      group: member.script.group,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member.kill()));
  }

  /** Resolves once every member has reported all that it has done so far, and how that ended. */
  async hearAll(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.hear()));
    await this.#until('the members report what they handled', () =>
      this.#members.every((member) => member.isIdle),
    );
  }

  /** Tells all that the members have done until now. */
  async tellAll(): Promise<void> {
    await this.hearAll();
    this.#options.log.flush();
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
        this.#options.onRequest(report.name);
        break;
      case 'joined':
      case 'leases':
      case 'stalled':
      case 'hoarded':
      case 'heard':
      case 'weighed':
      case 'ended':
        break;
      default:
        report satisfies never;
    }
  }

  #until<Value>(
    what: string,
    poll: () => Promise<Value | undefined | false> | Value | undefined | false,
  ): Promise<Value> {
    return waitUntil(what, this.#options.signal, poll);
  }

  #report(
    consumer: string | MemberProcess,
    place: Place | undefined,
    toFact: (consumer: string) => GuideFact,
  ): void {
    const name = typeof consumer === 'string' ? () => consumer : () => consumer.name;
    this.#options.log.report({ consumer: name, place, toFact });
  }
}

function byName(a: MemberProcess, b: MemberProcess): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true });
}
