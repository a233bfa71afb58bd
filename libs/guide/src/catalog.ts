import type { Scenario } from './engine/scenario.ts';
import { messageIds } from './scenarios/13-message-ids.ts';
import { fanOut } from './scenarios/17-fan-out.ts';
import { keysAndGroups } from './scenarios/23-keys-and-groups.ts';
import { partitionsByHash } from './scenarios/24-partitions-by-hash.ts';
import { groupsAndReader } from './scenarios/27-groups-and-a-reader.ts';
import { retry } from './scenarios/31-retry.ts';
import { reassignment } from './scenarios/32-reassignment.ts';
import { offsets } from './scenarios/36-offsets.ts';
import { atMostOnce } from './scenarios/38-at-most-once.ts';
import { atLeastOnce } from './scenarios/39-at-least-once.ts';
import { pendingLists } from './scenarios/40-pending-lists.ts';
import { exactlyOnce } from './scenarios/44-exactly-once.ts';

/** Every scenario, in the book's order. */
export const scenarios: readonly Scenario[] = [
  messageIds,
  fanOut,
  keysAndGroups,
  partitionsByHash,
  groupsAndReader,
  retry,
  reassignment,
  offsets,
  atMostOnce,
  atLeastOnce,
  pendingLists,
  exactlyOnce,
];

/** The scenario that plays a picture of the book. */
export function findScenario(picture: string): Scenario | undefined {
  return (
    scenarios.find(({ id }) => id === picture) ?? scenarios.find(({ pictures }) => pictures.includes(picture))
  );
}
