import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const withinMs = 20_000;

/** Waits for a server's first good answer. */
export async function untilAnswers(
  child: ChildProcess,
  { name, url }: { readonly name: string; readonly url: string },
): Promise<void> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(20);
  }
  throw new Error(`${name} did not answer within ${withinMs / 1000} s`);
}
