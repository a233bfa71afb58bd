import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { Command } from '../src/command.ts';
import { expectOpenApi } from '../src/openapi.ts';
import { runningServices } from '../src/running-services.ts';
import { until } from '../src/until.ts';

const services = [
  'crm',
  'dashboard',
  'database',
  'email',
  'inventory',
  'payment',
  'shipping',
  'storefront',
  'webserver',
];

async function environment(): Promise<Record<string, string>> {
  return { DATA_DIR: await mkdtemp(join(tmpdir(), 'start-')), SHOPPER: 'off', LOG_LEVEL: 'info' };
}

/** Places the README's order with its own body, and follows it until its line is there. */
async function placeReadmesOrder(ports: Readonly<Record<string, string>>): Promise<void> {
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const body = /curl -s 127\.0\.0\.1:4001\/orders .* -d '(.*)'$/m.exec(readme)?.[1] ?? '';
  const headers = { 'content-type': 'application/json' };
  const orders = (service: string): string => `http://127.0.0.1:${ports[`${service}_PORT`]}/orders`;
  const placed = await fetch(orders('STOREFRONT'), { method: 'POST', headers, body });
  expect(placed.status).toBe(202);
  const { orderId } = (await placed.json()) as { readonly orderId: string };
  expect(orderId).toMatch(/^O-/);
  const followed = async (): Promise<boolean> =>
    (await (await fetch(`${orders('DATABASE')}/${orderId}`)).text()).includes('10104');
  await until(followed, { what: `the line of order ${orderId}` });
}

async function describesItsRoutes(ports: Readonly<Record<string, string>>): Promise<void> {
  const url = (service: string): string => `http://127.0.0.1:${ports[`${service}_PORT`]}`;
  await expectOpenApi(url('CRM'), ['GET /customers', 'GET /customers/{id}']);
  await expectOpenApi(url('DATABASE'), ['GET /orders/{id}', 'GET /report']);
  await expectOpenApi(url('DASHBOARD'), []);
  const orders = ['GET /products/{sku}', 'POST /orders', 'POST /refunds', 'POST /stock'];
  const paths = await expectOpenApi(url('STOREFRONT'), orders);
  expect(paths['/orders']?.['post']).toMatchObject({
    parameters: [{ name: 'idempotency-key', in: 'header', required: false }],
    requestBody: { content: { 'application/json': { schema: { required: ['card', 'basket'] } } } },
  });
}

describe('the whole shop, started by npm start', () => {
  // That it stops in order shows days.e2e, which starts it as well.
  it('takes an order, describes its routes, refuses to run twice, and leaves nothing behind when npm is killed', async () => {
    const folder = await environment();
    const ports = await freePorts(services.length);
    const own = Object.fromEntries(
      services.map((name, index) => [`${name.toUpperCase()}_PORT`, String(ports[index])]),
    );
    await using shop = new Command('npm', ['start'], { ...folder, ...own });
    await shop.says('all services are ready');
    expect(runningServices(folder['DATA_DIR'] ?? '')).toHaveLength(services.length);
    await placeReadmesOrder(own);
    await describesItsRoutes(own);

    await using second = new Command('npm', ['start'], { ...(await environment()), ...own });
    const { code, output } = await second.ended;
    expect(code).toBe(1);
    expect(output).toMatch(/cannot start: port \d+ is taken/);
    expect(output).toContain('If the shop runs already, stop that one first');

    shop.signal('SIGKILL');
    await until(() => runningServices(folder['DATA_DIR'] ?? '').length === 0, {
      what: 'the end of all services',
    });
  });

  it.each([
    ['one port for all', { PORT: '5000' }, 'PORT=5000 would be the port of every service'],
    [
      'a folder that cannot be written',
      { DATA_DIR: '/sys/millrace' },
      'DATA_DIR=/sys/millrace cannot be written',
    ],
    [
      'a folder that can never be made',
      { DATA_DIR: '/proc/millrace' },
      'DATA_DIR=/proc/millrace cannot be used: ENOENT',
    ],
  ])('says in one sentence that %s is wrong', async (_, variables, sentence) => {
    await using shop = new Command('npm', ['start'], { ...(await environment()), ...variables });
    const { code, output } = await shop.ended;
    expect(code).toBe(1);
    expect(output).toContain(`The shop cannot start: ${sentence}`);
    expect(output).not.toContain('    at ');
  });
});

describe('one service, started by npx nx serve', () => {
  it('has a second member beside it, and stops when what started it is killed', async () => {
    const variables: Record<string, string> = { ...(await environment()), PORT: '0' };
    await using first = new Command('npx', ['nx', 'serve', 'payment'], variables);
    await using second = new Command('npx', ['nx', 'serve', 'payment'], variables);
    await Promise.all([first.says('"msg":"ready"'), second.says('"msg":"ready"')]);
    const folder = variables['DATA_DIR'] ?? '';
    expect(runningServices(folder)).toHaveLength(2);
    first.signal('SIGKILL');
    await until(() => runningServices(folder).length === 1, { what: 'the end of the first member' });
    // Nx stands between npx with its shell and the service.
    const [, nx = 0] = second.descendants();
    process.kill(nx, 'SIGKILL');
    await until(() => runningServices(folder).length === 0, { what: 'the end of the second member' });
  });

  it('ends with an exit code that is not 0 when its port is taken', async () => {
    const [port = 0] = await freePorts(1);
    const taken = createServer().listen(port, '127.0.0.1');
    const variables = { ...(await environment()), PORT: String(port) };
    await using command = new Command('npx', ['nx', 'serve', 'payment'], variables);
    const { code, output } = await command.ended;
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(`payment cannot start: port ${port} is taken`);
  });
});
