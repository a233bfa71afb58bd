import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContract } from '@millrace/streams-contract';
import { openEmbedded } from '../src/index.ts';
import { capabilities } from './contract-capabilities.ts';

const folder = mkdtempSync(join(tmpdir(), 'streams-embedded-'));
const file = join(folder, 'streams.db');
const noBroker = {
  present: false,
  reason: 'the embedded log is a file: there is no broker and no connection',
} as const;

describeContract({
  name: 'embedded',
  capabilities,
  open: () => openEmbedded(file),
  opener: () => ({ module: new URL('contract-opener.ts', import.meta.url).href, options: file }),
  faults: { cutConnections: noBroker, outage: noBroker, loseGroup: noBroker },
  close: async () => rmSync(folder, { recursive: true, force: true }),
});
