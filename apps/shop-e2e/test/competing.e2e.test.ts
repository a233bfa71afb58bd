import { requireService, startKafka, startRedis } from '@millrace/testing';
import { test } from 'vitest';
import { already } from '../src/backends.ts';
import { killEveryMember } from '../src/kill-every-member.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

/** Enough for each kill to hit members at work. */
const rows = 4_000;
/** What a request that was under way at a kill had acquired is not kept for a quarter of a minute. */
const properties = {
  'group.share.min.record.lock.duration.ms': '1000',
  'group.share.min.session.timeout.ms': '500',
  'group.share.min.heartbeat.interval.ms': '50',
};
const members = ['email', 'email-2'];
const options = ['--email-mode', 'competing', '--email-members', String(members.length)];
const title = 'reconciles when each member is killed in turn';

async function replayOn(url: string, seed: number): Promise<void> {
  await using world = await World.create(already(url), generated(seed, rows), { options });
  await killEveryMember(world, { group: 'email', members });
}

requireService('kafka')('a replay with competing e-mail members on Kafka', () => {
  test(title, async () => {
    await using server = await startKafka({ properties });
    await replayOn(server.url, 81);
  });
});

requireService('redis')('a replay with competing e-mail members on Redis', () => {
  test(title, async () => {
    await using server = await startRedis();
    await replayOn(server.url, 82);
  });
});
