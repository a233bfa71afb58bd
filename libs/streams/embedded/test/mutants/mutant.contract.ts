import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContract } from '@millrace/streams-contract';
import { inject } from 'vitest';
import { capabilities } from '../contract-capabilities.ts';
import { open } from './open-mutant.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly mutant: string;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'streams-mutant-'));
const options = { file: join(folder, 'streams.db'), mutant: inject('mutant') };
const absent = { present: false, reason: 'not for mutants' } as const;

describeContract({
  name: `embedded that ${options.mutant}`,
  capabilities,
  open: () => open(options),
  opener: () => ({ module: new URL('open-mutant.ts', import.meta.url).href, options }),
  faults: { cutConnections: absent, outage: absent, loseGroup: absent },
  close: async () => rmSync(folder, { recursive: true, force: true }),
});
