import type { Scenario } from './engine/scenario.ts';
import { orderAsRecords } from './scenarios/1-an-order-as-records.ts';
import { slowConsumer } from './scenarios/8-a-slow-consumer.ts';
import { messageIds } from './scenarios/13-message-ids.ts';
import { createTopic } from './scenarios/14-create-a-topic.ts';
import { fanOut } from './scenarios/17-fan-out.ts';
import { roundRobin } from './scenarios/21-round-robin.ts';
import { keysAndGroups } from './scenarios/23-keys-and-groups.ts';
import { partitionsByHash } from './scenarios/24-partitions-by-hash.ts';
import { competingConsumers } from './scenarios/25-competing-consumers.ts';
import { groupsAndReader } from './scenarios/27-groups-and-a-reader.ts';
import { acknowledgements } from './scenarios/29-acknowledgements.ts';
import { consumerAcknowledgements } from './scenarios/30-consumer-acknowledgements.ts';
import { retry } from './scenarios/31-retry.ts';
import { reassignment } from './scenarios/32-reassignment.ts';
import { offsets } from './scenarios/36-offsets.ts';
import { atMostOnce } from './scenarios/38-at-most-once.ts';
import { atLeastOnce } from './scenarios/39-at-least-once.ts';
import { pendingLists } from './scenarios/40-pending-lists.ts';
import { oneAtATime } from './scenarios/44-one-at-a-time.ts';
import { setOfProcessedIds } from './scenarios/45-set-of-processed-ids.ts';
import { brokerDies } from './scenarios/46-a-broker-dies.ts';
import { hashSlots } from './scenarios/47-hash-slots.ts';
import { reshard } from './scenarios/48-reshard.ts';
import { exactlyOnce } from './scenarios/exactly-once.ts';
import { reading } from './scenarios/reading.ts';

/** Every scenario, in the book's order. */
export const scenarios: readonly Scenario[] = [
  orderAsRecords,
  slowConsumer,
  messageIds,
  createTopic,
  reading,
  fanOut,
  roundRobin,
  keysAndGroups,
  partitionsByHash,
  competingConsumers,
  groupsAndReader,
  acknowledgements,
  consumerAcknowledgements,
  retry,
  reassignment,
  offsets,
  atMostOnce,
  atLeastOnce,
  pendingLists,
  exactlyOnce,
  oneAtATime,
  setOfProcessedIds,
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
