import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Program } from '../src/program.ts';
import { serviceNames } from '../src/running-shop.ts';
import { serviceProgram } from '../src/workspace.ts';

test.concurrent.each(serviceNames)(
  '%s refuses a wrong environment and names every wrong variable',
  async (service) => {
    const wrong = { STREAMS_URL: 'http://user:secret@host', PORT: '99999', LOG_LEVEL: 'loud' };
    const { code, output, errors } = await new Program(serviceProgram(service), [], wrong).ended;
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(errors).toContain(`${name}=`);
    expect(errors + output).not.toContain('secret');
  },
);

test.concurrent.each(serviceNames)('%s waits for no DATA_DIR that can never be written', async (service) => {
  const DATA_DIR = join(await mkdtemp(join(tmpdir(), 'data-dir-')), 'file');
  await writeFile(DATA_DIR, '');
  const environment = { STREAMS_URL: '', DATA_DIR, PORT: '0', LOG_LEVEL: 'fatal' };
  const { code, output, errors } = await new Program(serviceProgram(service), [], environment).ended;
  expect(code).toBe(1);
  expect(errors).toContain(`${service} cannot start: `);
  expect(errors).toContain(`DATA_DIR="${DATA_DIR}": is no folder: make it writable or choose another folder`);
  expect(errors + output).not.toContain('    at ');
});
