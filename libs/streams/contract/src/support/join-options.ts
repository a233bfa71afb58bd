import type { Capabilities, GroupOptions, JoinOptions } from '@millrace/streams/driver';

const unhurriedMs = 10_000;

/** How the tests join: from the beginning, with the strongest steps the backend has. */
export function joinOptions(
  { atomicCommit: atomicStep }: Capabilities,
  topics: readonly string[],
  overrides: Partial<JoinOptions> = {},
): JoinOptions {
  return {
    ...competeOptions(topics),
    commitKind: atomicStep ? 'atomic' : 'positions',
    stores: [],
    dedupeWindow: 0,
    ...overrides,
  };
}

export function competeOptions(
  topics: readonly string[],
  overrides: Partial<GroupOptions> = {},
): GroupOptions {
  return {
    topics,
    start: 'earliest',
    acks: 'leader',
    leaseMs: unhurriedMs,
    maxInFlight: 1_000,
    ...overrides,
  };
}
