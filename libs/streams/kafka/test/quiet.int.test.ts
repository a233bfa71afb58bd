import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { requireService, startKafka } from '@millrace/testing';
import { expect, test } from 'vitest';

const withKafka = requireService('kafka');
const member = fileURLToPath(new URL('quiet-member.ts', import.meta.url));

withKafka('a member that has no trouble', () => {
  test('writes nothing to the console: no warnings and no traces', async () => {
    await using server = await startKafka();
    const run = promisify(execFile);
    const parameters = ['--conditions=@millrace/source', member, server.url, `t-${randomUUID().slice(0, 8)}`];
    const { stdout, stderr } = await run(process.execPath, parameters, { env: {} });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(done\n)+$/);
  });
});
