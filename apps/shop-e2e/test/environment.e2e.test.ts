import { expect, test } from 'vitest';
import { Program } from '../src/program.ts';
import { serviceProgram } from '../src/workspace.ts';

const services = ['payment', 'inventory', 'shipping', 'email', 'crm', 'database', 'webserver', 'storefront'];

test.each(services)('%s refuses a wrong environment and names every wrong variable', async (service) => {
  const wrong = { STREAMS_URL: 'http://user:secret@host', PORT: '99999', LOG_LEVEL: 'loud' };
  const { code, output, errors } = await new Program(serviceProgram(service), [], wrong).ended;
  expect(code).toBe(1);
  for (const name of Object.keys(wrong)) expect(errors).toContain(`${name}=`);
  expect(errors + output).not.toContain('secret');
});
