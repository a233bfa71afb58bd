import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWrapperContract } from '@millrace/streams-contract';
import { embeddedCapabilities } from '@millrace/streams-embedded';
import { open } from './namespaced-opener.ts';

const folder = mkdtempSync(join(tmpdir(), 'streams-namespaced-'));
const file = join(folder, 'streams.db');
const noBroker = {
  present: false,
  reason: 'the embedded log is a file: there is no broker and no connection',
} as const;

/** A namespace takes nothing away from the driver under it. Crashes under one are in shop-e2e: each replay has its own. */
describeWrapperContract({
  name: 'namespaced',
  capabilities: embeddedCapabilities,
  open: () => open(file),
  opener: () => ({ module: new URL('namespaced-opener.ts', import.meta.url).href, options: file }),
  faults: { cutConnections: noBroker, outage: noBroker, loseGroup: noBroker },
  close: async () => rmSync(folder, { recursive: true, force: true }),
});
