import type { Delivery, Driver, NewRecord } from '@millrace/streams';
import type { CompetingMember, Lease } from '@millrace/streams/driver';
import { joinOptions } from '../support/join-options.ts';
import { commandOf } from './commands.ts';
import { blockUntil } from './mishaps.ts';
import { codeOf, report } from './report.ts';
import type { HolderScript } from './script.ts';

/** Takes records straight from the driver, holds them, and acknowledges them when asked to: also when they are no longer its own. */
export async function hold(script: HolderScript, driver: Driver): Promise<void> {
  if (script.mode === 'competing') await holdClaims(script, driver);
  else await holdLeases(script, driver);
}

async function holdLeases(script: HolderScript, driver: Driver): Promise<void> {
  const options = joinOptions(driver.capabilities, [script.topic], { leaseMs: script.leaseMs });
  await using membership = await driver.join(script.group, options);
  report({ event: 'running', member: membership.member });
  const holding = (async () => {
    for await (const lease of membership) void holdLease(script, lease, driver.capabilities.atomicCommit);
  })();
  await Promise.race([commandOf('stop'), holding]);
}

async function holdLease(script: HolderScript, lease: Lease, withOutputs: boolean): Promise<void> {
  report({ event: 'lease', partition: lease.partition, epoch: lease.epoch });
  const records = await fetchAll(lease, script.max);
  if (records.length < script.max) return;
  report({ event: 'fetched', partition: lease.partition, ids: records.map(idOf) });
  await untilTold(script);
  await reportCommit(async () => {
    await lease.commit({
      acknowledged: records,
      outputs: withOutputs ? records.map((record) => copyOf(record, script.to)) : [],
      state: [],
      dedupeIds: [],
    });
    return 'committed';
  });
}

async function holdClaims(script: HolderScript, driver: Driver): Promise<void> {
  await using member = await driver.compete(script.group, {
    topics: [script.topic],
    start: 'earliest',
    acks: 'leader',
    leaseMs: script.leaseMs,
    maxInFlight: script.max,
  });
  report({ event: 'running', member: member.member });
  const records = await fetchAll(member, script.max);
  report({ event: 'fetched', partition: 0, ids: records.map(idOf) });
  await untilTold(script);
  const withOutputs = driver.capabilities.competingExactlyOnce;
  await reportCommit(() => commitClaims(member, records, withOutputs ? script.to : undefined));
  await commandOf('stop');
}

async function commitClaims(
  member: CompetingMember,
  records: readonly Delivery[],
  to: string | undefined,
): Promise<string> {
  const commits = records.map((record) => ({
    record,
    acknowledged: true,
    outputs: to === undefined ? [] : [copyOf(record, to)],
  }));
  const answers = await member.commit(commits);
  return [...new Set(answers)].join();
}

/** Fewer when the lease ended meanwhile. */
async function fetchAll(source: Pick<Lease, 'fetch'>, count: number): Promise<Delivery[]> {
  const records: Delivery[] = [];
  const { signal } = new AbortController();
  while (records.length < count) {
    const more = await source.fetch(count - records.length, { signal });
    if (more.length === 0) break;
    records.push(...more);
  }
  return records;
}

async function untilTold(script: HolderScript): Promise<void> {
  if (script.blockUntil === null) await commandOf('commit');
  else blockUntil(script.blockUntil);
}

async function reportCommit(commit: () => Promise<string>): Promise<void> {
  try {
    report({ event: 'commit', result: await commit() });
  } catch (error) {
    report({ event: 'commit', result: codeOf(error) });
  }
}

function copyOf(record: Delivery, topic: string): NewRecord {
  const { key, value, headers, timestamp } = record;
  return { topic, partition: 0, key, value, headers, timestamp };
}

function idOf(record: Delivery): string {
  return record.headers.id ?? '';
}
