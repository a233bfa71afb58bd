import type { Scenario } from './engine/scenario.ts';
import { messageIds } from './scenarios/13-message-ids.ts';
import { fanOut } from './scenarios/17-fan-out.ts';
import { keysAndGroups } from './scenarios/23-keys-and-groups.ts';
import { reassignment } from './scenarios/32-reassignment.ts';
import { pendingLists } from './scenarios/40-pending-lists.ts';

/** Every scenario, in the book's order. */
export const scenarios: readonly Scenario[] = [messageIds, fanOut, keysAndGroups, reassignment, pendingLists];

/** The scenario that plays a picture of the book. */
export function findScenario(picture: string): Scenario | undefined {
  return (
    scenarios.find(({ id }) => id === picture) ?? scenarios.find(({ pictures }) => pictures.includes(picture))
  );
}
