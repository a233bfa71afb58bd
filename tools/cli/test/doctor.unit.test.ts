import { describe, expect, it } from 'vitest';
import { checkClock } from '../src/doctor/check-clock.ts';
import { checkKafka } from '../src/doctor/check-kafka.ts';
import { checkRedis } from '../src/doctor/check-redis.ts';
import { checkShareGroups } from '../src/doctor/check-share-groups.ts';
import type { Finding } from '../src/doctor/finding.ts';
import type { KafkaFacts } from '../src/doctor/kafka-facts.ts';
import type { RedisFacts } from '../src/doctor/redis-facts.ts';

const topic = { name: 'orders', replicas: 3, inSync: 3, settings: { 'min.insync.replicas': '2' } };
const cluster: KafkaFacts = { brokers: ['a:1', 'b:1', 'c:1'], broker: {}, topics: [topic] };
const server: RedisFacts = {
  address: 'a:1',
  version: '7.0.15',
  settings: { 'maxmemory-policy': 'noeviction', maxmemory: '0', appendonly: 'yes', appendfsync: 'everysec' },
  usedBytes: 1,
  replicas: 1,
  lastWriteFailed: false,
  skewMs: 0,
};

describe('what the doctor makes of a Kafka cluster', () => {
  it('is nothing when it is sound', () => {
    expect(faults(checkKafka(cluster))).toEqual([]);
  });

  it.each([
    ['min.insync.replicas', { ...topic, settings: {} }],
    ['min.insync.replicas', { ...topic, settings: { 'min.insync.replicas': '1' } }],
    ['copies', { ...topic, replicas: 1, inSync: 1, settings: { 'min.insync.replicas': '1' } }],
    ['in sync', { ...topic, inSync: 2 }],
    ['writable', { ...topic, settings: { 'min.insync.replicas': '4' } }],
    ['leaders', { ...topic, settings: { ...topic.settings, 'unclean.leader.election.enable': 'true' } }],
  ])('is a fault: %s', (check, planted) => {
    expect(faults(checkKafka({ ...cluster, topics: [topic, planted] }))).toEqual([check]);
  });

  it('is a note when there is but one broker', () => {
    const alone = {
      ...cluster,
      brokers: ['a:1'],
      topics: [{ ...topic, replicas: 1, inSync: 1, settings: {} }],
    };
    expect(faults(checkKafka(alone))).toEqual([]);
    expect(checkKafka(alone)[0]).toMatchObject({ level: 'note', check: 'replicas' });
  });
});

describe('what the doctor makes of a share group', () => {
  const broker = { 'group.share.max.delivery.count.limit': '8' };
  const settings = {
    'share.isolation.level': 'read_committed',
    'share.auto.offset.reset': 'earliest',
    'share.record.lock.duration.ms': '15000',
    'share.delivery.count.limit': '8',
  };
  const found = (own: Readonly<Record<string, string>>) =>
    checkShareGroups([{ group: 'crew', settings: own }], { broker });
  const { 'share.isolation.level': _isolation, ...withoutIsolation } = settings;
  const { 'share.delivery.count.limit': _limit, ...withoutLimit } = settings;

  it('is nothing when its settings are those that its members set', () => {
    expect(found(settings)).toEqual([]);
    expect(checkShareGroups([{ group: 'partitioned' }], { broker })).toEqual([]);
  });

  it.each([
    ['dead letters', { ...settings, 'errors.deadletterqueue.topic.name': 'crew-dlq' }],
    ['delivery limit', { ...settings, 'share.delivery.count.limit': '7' }],
    ['delivery limit', withoutLimit],
    ['record lock', { ...settings, 'share.record.lock.duration.ms': '14999' }],
    ['record lock', { ...settings, 'share.record.lock.duration.ms': '60001' }],
    ['isolation', { ...settings, 'share.isolation.level': 'read_uncommitted' }],
    ['isolation', withoutIsolation],
    ['start', { ...settings, 'share.auto.offset.reset': 'latest' }],
  ])('is a fault: %s', (check, own) => {
    expect(faults(found(own))).toEqual([check]);
  });

  it("is a note when it is another program's", () => {
    expect(found({}).map(({ level, check }) => [level, check])).toEqual([['note', 'isolation']]);
  });
});

describe('what the doctor makes of a Redis server', () => {
  it.each([
    ['version', { version: '6.2.1' }],
    ['disk', { lastWriteFailed: true }],
  ])('is a fault: %s', (check, planted) => {
    expect(faults(checkRedis({ ...server, ...planted }))).toEqual([check]);
  });

  it('is a note when it may not see the settings', () => {
    const { settings: _, ...rest } = server;
    expect(checkRedis({ ...rest, settings: undefined }).map(({ level }) => level)).toContain('note');
  });
});

describe('clocks', () => {
  it.each([-3_000, 3_000])('that are %d ms apart are a fault', (skew) => {
    expect(checkClock(skew, 2_000).level).toBe('fault');
  });

  it('that are less apart than is allowed are none', () => {
    expect(checkClock(-1_999, 2_000).level).toBe('ok');
  });
});

function faults(findings: readonly Finding[]): string[] {
  return findings.filter(({ level }) => level === 'fault').map(({ check }) => check);
}
