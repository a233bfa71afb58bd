import type { GroupScript } from '../member/script.ts';
import type { MemberProcess } from './member-process.ts';

type Given = Pick<GroupScript, 'group' | 'topics' | 'delivery'> & Partial<GroupScript>;

/** A group script with what most tests do not care about filled in. */
export function groupScript(given: Given): Omit<GroupScript, 'opener'> {
  return {
    program: 'group',
    mode: 'partitioned',
    effect: { kind: 'none' },
    mishaps: [],
    leaseMs: 600,
    graceMs: 5_000,
    concurrency: 1,
    batch: 500,
    attempts: 5,
    dedupe: 0,
    heap: 0,
    ...given,
  };
}

/** Lets a group member handle all there is and leave. */
export async function finish(member: MemberProcess): Promise<void> {
  member.tell('catch-up');
  await member.until('caught-up');
  member.tell('stop');
  await member.until('stopped');
  await member.end();
}
