import type { Connections } from '../client/connections.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import {
  heartbeatRequest,
  type Joined,
  joinGroupRequest,
  leaveGroupRequest,
  syncGroupRequest,
} from '../wire/groups.ts';
import type { CommitMember } from '../wire/offsets.ts';
import type { Request } from '../wire/request.ts';
import { planAssignments } from './plan.ts';
import {
  type Assignment,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  protocolName,
  type Subscription,
} from './protocol.ts';

/** However short a session is, an answer may take so long. */
const shortestBeatMs = 500;
const nothing: Assignment = { leases: [], recalled: [] };

/** One member's talk with its coordinator: joining, assigning when it leads, showing that it lives. */
export class Coordination {
  readonly #connections: Connections;
  readonly #group: string;
  /** Without a sign of life for so long a member is given up. */
  sessionMs: number;
  #member: CommitMember = { id: '', generation: -1 };

  constructor(connections: Connections, group: string, sessionMs: number) {
    this.#connections = connections;
    this.#group = group;
    this.sessionMs = sessionMs;
  }

  get #rebalanceMs(): number {
    return Math.max(this.sessionMs, 10_000);
  }

  get member(): CommitMember {
    return this.#member;
  }

  /** The coordinator knows this member no more; the next join makes it a new one. */
  resetMember(): void {
    this.#member = { id: '', generation: -1 };
  }

  /** Joins, or joins again with what it holds now; resolves with what it is to hold. */
  async join(subscription: Subscription): Promise<Assignment> {
    const joined = await this.#join(encodeSubscription(subscription));
    this.#member = { id: joined.member, generation: joined.generation };
    const plan = joined.leader === joined.member ? this.#plan(joined) : new Map<string, Buffer>();
    const { assignment } = await this.#ask(
      syncGroupRequest(this.#self, this.#rebalanceMs, plan),
      ({ errorCode }) => errorCode,
    );
    return decodeAssignment(assignment) ?? nothing;
  }

  async heartbeat(): Promise<void> {
    await this.#ask(
      heartbeatRequest(this.#self, Math.max(shortestBeatMs, this.sessionMs / 2)),
      (code) => code,
    );
  }

  async leave(connections: Connections): Promise<void> {
    const { id } = this.#member;
    if (id === '') return;
    await connections.atCoordinator('group', this.#group, leaveGroupRequest(this.#group, id), (code) => code);
  }

  async #join(metadata: Buffer): Promise<Joined> {
    const request = (member: string): Request<Joined> =>
      joinGroupRequest({
        group: this.#group,
        sessionMs: this.sessionMs,
        rebalanceMs: this.#rebalanceMs,
        member,
        protocol: protocolName,
        metadata,
      });
    const first = await this.#ask(request(this.#member.id), ({ errorCode }) =>
      isMemberIdRequired(errorCode) ? 0 : errorCode,
    );
    if (!isMemberIdRequired(first.errorCode)) return first;
    // From now on it can leave, which a group that waits for all its members to join is glad of.
    this.#member = { id: first.member, generation: -1 };
    return await this.#ask(request(first.member), ({ errorCode }) => errorCode);
  }

  #plan({ members, generation }: Joined): Map<string, Buffer> {
    const planned = members.flatMap(({ id, metadata }) => {
      const subscription = decodeSubscription(metadata);
      return subscription ? [{ id, subscription }] : [];
    });
    const assignments = planAssignments(planned, generation);
    return new Map(
      planned.map(({ id, subscription }) => [
        id,
        encodeAssignment(assignments.get(id) ?? nothing, subscription.topics),
      ]),
    );
  }

  get #self(): { readonly group: string; readonly generation: number; readonly member: string } {
    return { group: this.#group, generation: this.#member.generation, member: this.#member.id };
  }

  #ask<Answer>(request: Request<Answer>, codeOf: (answer: Answer) => number): Promise<Answer> {
    return this.#connections.atCoordinator('group', this.#group, request, codeOf);
  }
}

const memberIdRequired = 79;

function isMemberIdRequired(code: number): boolean {
  return code === memberIdRequired;
}

export function isExpelled(error: unknown): boolean {
  return isKafkaError(error, 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID');
}
