import fc, { type AsyncCommand } from 'fast-check';
import type { MemberProcess } from '../support/member-process.ts';
import { type GroupModel, nextItem, pick, type RealGroup } from './group-model.ts';

type GroupCommand = AsyncCommand<GroupModel, RealGroup>;

const mostMembers = 3;
const keys = 7;
const choice = fc.nat({ max: mostMembers });

/** Random joins, leaves, kills, pauses and publications. */
export function groupCommands(): fc.Arbitrary<Iterable<GroupCommand>> {
  return fc.commands<GroupModel, RealGroup, false>(
    [
      fc.constant(join()),
      choice.map(leave),
      choice.map(kill),
      choice.map(pause),
      choice.map(resume),
      fc.integer({ min: 1, max: 80 }).map(publish),
      fc.integer({ min: 1, max: 80 }).map(publish),
    ],
    { maxCommands: 14, size: 'max' },
  );
}

function join(): GroupCommand {
  return {
    check: ({ awake, paused }) => awake.size + paused.size < mostMembers,
    run: async (model, real) => {
      model.awake.add(real.members.length);
      const member = real.start();
      real.members.push(member);
      await member.until('running');
    },
    toString: () => 'join',
  };
}

function leave(which: number): GroupCommand {
  return onMember('leave', 'awake', which, async (model, number, member) => {
    model.awake.delete(number);
    member.terminate();
    await member.end();
  });
}

function kill(which: number): GroupCommand {
  return onMember('kill', 'awake', which, async (model, number, member) => {
    model.awake.delete(number);
    await member.kill();
  });
}

function pause(which: number): GroupCommand {
  return onMember('pause', 'awake', which, async (model, number, member, real) => {
    model.awake.delete(number);
    model.paused.add(number);
    await real.pause(member);
  });
}

function resume(which: number): GroupCommand {
  return onMember('resume', 'paused', which, async (model, number, member) => {
    model.paused.delete(number);
    model.awake.add(number);
    member.resume();
  });
}

function publish(count: number): GroupCommand {
  return {
    check: () => true,
    run: async (model, { streams, items }) => {
      const values = Array.from({ length: count }, (_, index) =>
        nextItem(model, `k${(count + index) % keys}`),
      );
      await streams.publish(items, values, { acks: 'leader' });
    },
    toString: () => `publish ${count}`,
  };
}

function onMember(
  name: string,
  among: 'awake' | 'paused',
  which: number,
  act: (model: GroupModel, number: number, member: MemberProcess, real: RealGroup) => Promise<void>,
): GroupCommand {
  return {
    check: (model) => model[among].size > 0,
    run: async (model, real) => {
      const number = pick(model[among], which);
      const member = number === undefined ? undefined : real.members[number];
      if (number !== undefined && member) await act(model, number, member, real);
    },
    toString: () => `${name} ${which}`,
  };
}
