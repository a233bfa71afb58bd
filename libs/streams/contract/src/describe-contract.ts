import { afterAll, describe } from 'vitest';
import type { Harness } from './harness.ts';
import { describeAppending } from './suites/appending.ts';
import { describeCapabilities } from './suites/capabilities.ts';
import { describeCommits } from './suites/commits.ts';
import { describeCompeting } from './suites/competing.ts';
import { describeCompetingCrashes } from './suites/competing-crashes.ts';
import { describeCompetingGroups } from './suites/competing-groups.ts';
import { describeCompetingTakeover } from './suites/competing-takeover.ts';
import { describeConcurrency } from './suites/concurrency.ts';
import { describeDeadLetters } from './suites/dead-letters.ts';
import { describeDedupe } from './suites/dedupe.ts';
import { describeDelivery } from './suites/delivery.ts';
import { describeExternal } from './suites/external.ts';
import { describeFaults } from './suites/faults.ts';
import { describeFencing } from './suites/fencing.ts';
import { describeGroupAdmin } from './suites/group-admin.ts';
import { describeGroups } from './suites/groups.ts';
import { describeLargeValues } from './suites/large-values.ts';
import { describeLeases } from './suites/leases.ts';
import { describeMembers } from './suites/members.ts';
import { describeModel } from './suites/model.ts';
import { describeOnce } from './suites/once.ts';
import { describeOutputs } from './suites/outputs.ts';
import { describePending } from './suites/pending.ts';
import { describePoison } from './suites/poison.ts';
import { describePublishing } from './suites/publishing.ts';
import { describeRandomKills } from './suites/random-kills.ts';
import { describeReading } from './suites/reading.ts';
import { describeRebalancing } from './suites/rebalancing.ts';
import { describeRedriving } from './suites/redriving.ts';
import { describeRefusals } from './suites/refusals.ts';
import { describeRetrying } from './suites/retrying.ts';
import { describeSlowHandlers } from './suites/slow-handlers.ts';
import { describeStartPositions } from './suites/start-positions.ts';
import { describeState } from './suites/state.ts';
import { describeStopping } from './suites/stopping.ts';
import { describeSurvivingKills } from './suites/surviving-kills.ts';
import { describeTailing } from './suites/tailing.ts';
import { describeTopics } from './suites/topics.ts';
import { describeTrimming } from './suites/trimming.ts';
import { describeUnchangedRecords } from './suites/unchanged-records.ts';

/** Turns a hang into a message, also on a busy machine. */
const timeout = 300_000;

/** What passes through a driver while all goes well. */
const passing = [
  describeCapabilities,
  describePublishing,
  describeAppending,
  describeOnce,
  describeReading,
  describeTailing,
  describeLeases,
  describeCommits,
  describeStartPositions,
  describeGroups,
  describeExternal,
  describeRetrying,
  describeDeadLetters,
  describeOutputs,
  describeRefusals,
  describeRedriving,
  describeDedupe,
  describeState,
  describeConcurrency,
  describeCompeting,
  describeCompetingGroups,
  describeTopics,
  describeGroupAdmin,
  describePending,
  describeTrimming,
  describeUnchangedRecords,
];

/** What crashes, departures and take-overs do to it. */
const crashing = [
  describeSurvivingKills,
  describeRebalancing,
  describeStopping,
  describeLargeValues,
  describeDelivery,
  describeRandomKills,
  describePoison,
  describeCompetingCrashes,
  describeMembers,
  describeModel,
];

/**
 * These run when no other test runs: faults of the backend hit every client; and a member that must keep its lease, or a
 * handler that holds up the whole process on purpose, shares this process with whatever else it does. They come first: a
 * server that is killed comes back sooner the less it stores.
 */
const alone = [describeFencing, describeSlowHandlers, describeCompetingTakeover, describeFaults];

/** Registers everything a driver must do as vitest suites. Call it at the top of a test file. */
export function describeContract(harness: Harness): void {
  describe(`${harness.name} keeps the contract of streams`, { timeout }, () => {
    afterAll(() => harness.close());
    for (const describeSuite of alone) describeSuite(harness);
    // Each test has topics, groups and clients of its own, so any number of them can share the backend. The longest come
    // first, so that none is left to run alone at the end.
    describe.concurrent('together', () => {
      for (const describeSuite of [...crashing, ...passing]) describeSuite(harness);
    });
  });
}

/**
 * The part for a wrapper round a driver that keeps the whole contract: what passes through it. Crashes, departures and
 * take-overs are the driver's own.
 */
export function describeWrapperContract(harness: Harness): void {
  describe(`${harness.name} keeps what the driver under it keeps`, { timeout }, () => {
    afterAll(() => harness.close());
    describe.concurrent('together', () => {
      for (const describeSuite of passing) describeSuite(harness);
    });
  });
}
