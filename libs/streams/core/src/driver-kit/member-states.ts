import { StateTable, type Transitions } from './state-table.ts';

/** `leaving`: announced; it keeps what it holds and is given no more. `closed`: it has left or is leaving for good. */
export type MemberState = 'joined' | 'leaving' | 'closed';

const transitions: Transitions<MemberState> = {
  joined: ['leaving', 'closed'],
  leaving: ['closed'],
  closed: [],
};

/** The states of a member as its driver sees it. */
export function memberStates(): StateTable<MemberState> {
  return new StateTable(transitions, 'joined');
}
