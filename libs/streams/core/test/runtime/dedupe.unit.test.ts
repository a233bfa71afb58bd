import { expect, test } from 'vitest';
import type { Lease } from '../../src/lease.ts';
import type { Delivery } from '../../src/record.ts';
import { Deduper } from '../../src/runtime/dedupe.ts';
import { acknowledgedOnly } from '../../src/runtime/handler-result.ts';
import type { Settings } from '../../src/runtime/settings.ts';

const settings = { dedupe: {}, routes: new Map(), observer: {} } as unknown as Settings;

function delivery(offset: string, id: string): Delivery {
  const value = new Uint8Array();
  return { topic: 't', partition: 0, offset, key: null, value, headers: { id }, timestamp: 0, attempt: 1 };
}

test('an id that is stored while the backend is asked about the next batch is a repeat in it', async () => {
  const asked = Promise.withResolvers<ReadonlySet<string>>();
  const deduper = new Deduper(settings, { knownDedupeIds: () => asked.promise } as unknown as Lease);
  const [first, again] = [delivery('1', 'a'), delivery('2', 'a')];
  const result = deduper.remember([first], acknowledgedOnly([first]));
  const prepared = deduper.prepare([again]);
  asked.resolve(new Set());
  await prepared;
  deduper.stored(result.dedupeIds);
  expect(deduper.fresh([again])).toEqual([]);
});
