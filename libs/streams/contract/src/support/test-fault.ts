import { test } from 'vitest';
import type { Fault } from '../harness.ts';

/** A test of a fault; where the harness cannot cause it the report says why. */
export function testFault<Inflict>(
  name: string,
  fault: Fault<Inflict>,
  run: (inflict: Inflict) => Promise<void>,
): void {
  if (fault.present) test(name, () => run(fault.inflict));
  else test(name, ({ skip }) => skip(fault.reason));
}
