import { describe, expect, test } from 'vitest';
import type { Harness } from '../harness.ts';
import { acknowledgeClaims } from '../support/compete.ts';
import { competeOptions, joinOptions } from '../support/join-options.ts';
import { joinRaw, settleCount } from '../support/raw-member.ts';
import { makeRecords, textsOf } from '../support/records.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorld } from '../support/world.ts';

const joins = 200;
const atOnce = 10;
const leaseMs = 500;

/** Members come and go with new names, as pods do. */
export function describeMembers(harness: Harness): void {
  describe('members', () => {
    test('that left are forgotten, however many came and went', async () => {
      await using world = await openWorld(harness);
      const { name } = await world.topic(2);
      const group = world.name('g');
      const names = new Set<string>();
      for (let joined = 0; joined < joins; joined += atOnce) {
        const members = await Promise.all(
          Array.from({ length: atOnce }, () =>
            joinRaw(world.driver, group, joinOptions(harness.capabilities, [name])),
          ),
        );
        for (const { member } of members) names.add(member);
        await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
      }
      expect(names.size).toBe(joins);
      expect((await world.driver.admin.describeGroup(group)).members).toEqual([]);
    });

    test('that died are forgotten once their lease has run out, and what they held is not', async () => {
      await using world = await openWorld(harness);
      const { name: topic } = await world.topic(1);
      const group = world.name('g');
      await world.driver.append(makeRecords(topic, 0, 3), { acks: 'leader' });
      for (let death = 0; death < 3; death++) {
        const child = world.start({
          program: 'holder',
          mode: 'partitioned',
          group,
          topic,
          leaseMs,
          max: 1,
          to: topic,
          blockUntil: null,
        });
        await child.until('fetched');
        await child.kill();
      }
      await using survivor = await joinRaw(world.driver, group, joinOptions(harness.capabilities, [topic]));
      expect(textsOf(await settleCount(await survivor.lease(0), 3))).toEqual(['0', '1', '2']);
      await waitFor('only the survivor is left', async () => {
        const { members } = await world.driver.admin.describeGroup(group);
        return members.length === 1 && members[0]?.member === survivor.member;
      });
    });

    if (harness.capabilities.competing)
      test('that competed and died are forgotten, and what they held is taken over', async () => {
        await using world = await openWorld(harness);
        const { name: topic } = await world.topic(1);
        const group = world.name('g');
        await world.driver.append(makeRecords(topic, 0, 3), { acks: 'leader' });
        for (let death = 0; death < 3; death++) {
          const child = world.start({
            program: 'holder',
            mode: 'competing',
            group,
            topic,
            leaseMs,
            max: 1,
            to: topic,
            blockUntil: null,
          });
          await child.until('fetched');
          await child.kill();
        }
        await using survivor = await world.driver.compete(group, competeOptions([topic], { leaseMs }));
        const taken = await acknowledgeClaims(survivor, 3);
        expect(textsOf(taken).toSorted()).toEqual(['0', '1', '2']);
        await waitFor('only the survivor is left', async () => {
          const { members } = await world.driver.admin.describeGroup(group);
          return members.length === 1 && members[0]?.member === survivor.member;
        });
      });
  });
}
