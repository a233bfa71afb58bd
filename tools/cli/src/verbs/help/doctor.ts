import { resolve } from 'node:path';
import { type GroupDescription, isStreamsError, type StreamsError } from '@millrace/streams';
import { checkClock } from '../../doctor/check-clock.ts';
import { type Backlog, checkBacklogs } from '../../doctor/check-groups.ts';
import { type Finding, fault, ok } from '../../doctor/finding.ts';
import { probe } from '../../doctor/probe.ts';
import { oldestWaiting } from '../../input/oldest-waiting.ts';
import type { Call, Connection, ExitCode, Run } from '../../verb.ts';

const usualSkewMs = 2_000;
const signs: Readonly<Record<Finding['level'], string>> = { ok: 'ok', note: 'note', fault: 'FAULT' };

export const run: Run = async (call) => {
  const connection = await call.connect().catch((error: unknown) => {
    if (isStreamsError(error) && error.code !== 'INVALID_ARGUMENT') return error;
    throw error;
  });
  if (isStreamsError(connection)) return await report(call, [unreachable(connection)]);
  const findings: Finding[] = [ok('reachable', `${connection.url} answers`)];
  const skews: number[] = [];
  if (!call.parameters.flag('readOnly')) {
    const { finding, skewMs } = await probe(connection);
    findings.push(finding);
    if (skewMs !== undefined) skews.push(skewMs);
  }
  const { admin } = connection.streams;
  const groups: GroupDescription[] = [];
  for (const group of await admin.groups()) groups.push(await admin.describeGroup(group));
  findings.push(...(await settingsOf(connection, groups, skews)));
  const most = call.parameters.duration('maxSkew') ?? usualSkewMs;
  const worst = skews.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0];
  if (worst !== undefined) findings.push(checkClock(worst, most));
  findings.push(...checkBacklogs(await backlogs(connection, groups)));
  return await report(call, findings);
};

function unreachable(error: StreamsError): Finding {
  return error.code === 'UNAUTHORIZED'
    ? fault('rights', error.message, 'check the user, its password (STREAMS_PASSWORD) and its rights')
    : fault('reachable', error.message, 'check that it runs, and host, port and firewall');
}

async function report({ output }: Call, findings: readonly Finding[]): Promise<ExitCode> {
  for (const { check, level, found, todo } of findings) {
    await output.value({ check, level, found, todo: todo ?? null }, () =>
      [
        `${signs[level].padEnd(6)}${check}: ${found}`,
        ...(todo === undefined ? [] : [`      → ${todo}`]),
      ].join('\n'),
    );
  }
  const faults = findings.filter(({ level }) => level === 'fault').length;
  output.message(faults === 0 ? 'nothing endangers data' : `${faults} ${faults === 1 ? 'fault' : 'faults'}`);
  return faults === 0 ? 0 : 1;
}

/** What only the server's own protocol tells. */
async function settingsOf(
  { driver, streams, login, namespace }: Connection,
  groups: readonly GroupDescription[],
  skews: number[],
): Promise<Finding[]> {
  switch (driver.name) {
    case 'redis': {
      const [{ redisFacts }, { checkRedis }] = await Promise.all([
        import('../../doctor/redis-facts.ts'),
        import('../../doctor/check-redis.ts'),
      ]);
      const facts = await redisFacts(login);
      skews.push(...facts.map(({ skewMs }) => skewMs));
      return facts.flatMap(checkRedis);
    }
    case 'kafka': {
      const [{ kafkaFacts }, { checkKafka }, { checkShareGroups }] = await Promise.all([
        import('../../doctor/kafka-facts.ts'),
        import('../../doctor/check-kafka.ts'),
        import('../../doctor/check-share-groups.ts'),
      ]);
      const names = (await streams.admin.topics()).map((name) =>
        namespace === undefined ? name : `${namespace}.${name}`,
      );
      const facts = await kafkaFacts(login, names);
      return [...checkKafka(facts), ...checkShareGroups(groups, facts)];
    }
    default: {
      const { checkEmbedded } = await import('../../doctor/check-embedded.ts');
      return await checkEmbedded(resolve(login.slice('embedded:'.length).replace(/^\/\/(?=\/)/, '')));
    }
  }
}

async function backlogs(
  { streams, driver }: Connection,
  groups: readonly GroupDescription[],
): Promise<Backlog[]> {
  const found: Backlog[] = [];
  const now = Date.now();
  for (const { group, partitions } of groups) {
    for (const at of partitions) {
      const { topic, partition, lag } = at;
      const oldest = lag === undefined ? undefined : await oldestWaiting(driver, at);
      if (lag === undefined || !oldest) continue;
      const { retention } = await streams.admin.describe(topic);
      // Kafka forgets by age and size whatever groups have done.
      const forgets = driver.name === 'kafka' || retention.evenIfUnacknowledged === true;
      found.push({ group, topic, partition, retention, forgets, lag, oldestMs: now - oldest.timestamp });
    }
  }
  return found;
}
