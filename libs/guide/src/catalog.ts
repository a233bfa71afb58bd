import type { Scenario } from './engine/scenario.ts';
import { orderAsRecords } from './scenarios/1-an-order-as-records.ts';
import { messageIds } from './scenarios/13-message-ids.ts';
import { createTopic } from './scenarios/14-create-a-topic.ts';
import { fanOut } from './scenarios/17-fan-out.ts';
import { keysAndGroups } from './scenarios/23-keys-and-groups.ts';
import { partitionsByHash } from './scenarios/24-partitions-by-hash.ts';
import { competingConsumers } from './scenarios/25-competing-consumers.ts';
import { groupsAndReader } from './scenarios/27-groups-and-a-reader.ts';
import { acknowledgements } from './scenarios/29-acknowledgements.ts';
import { retry } from './scenarios/31-retry.ts';
import { reassignment } from './scenarios/32-reassignment.ts';
import { offsets } from './scenarios/36-offsets.ts';
import { atMostOnce } from './scenarios/38-at-most-once.ts';
import { atLeastOnce } from './scenarios/39-at-least-once.ts';
import { pendingLists } from './scenarios/40-pending-lists.ts';
import { exactlyOnce } from './scenarios/44-exactly-once.ts';
import { brokerDies } from './scenarios/46-a-broker-dies.ts';
import { hashSlots } from './scenarios/47-hash-slots.ts';
import { reshard } from './scenarios/48-reshard.ts';
import { reading } from './scenarios/reading.ts';

/** Every scenario, in the book's order. */
export const scenarios: readonly Scenario[] = [
  orderAsRecords,
  messageIds,
  createTopic,
  reading,
  fanOut,
  keysAndGroups,
  partitionsByHash,
  competingConsumers,
  groupsAndReader,
  acknowledgements,
  retry,
  reassignment,
  offsets,
  atMostOnce,
  atLeastOnce,
  pendingLists,
  exactlyOnce,
  brokerDies,
  hashSlots,
  reshard,
];

/** The scenario that plays a picture of the book. */
export function findScenario(picture: string): Scenario | undefined {
  return (
    scenarios.find(({ id }) => id === picture) ?? scenarios.find(({ pictures }) => pictures.includes(picture))
  );
}
