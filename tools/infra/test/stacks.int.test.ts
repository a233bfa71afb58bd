import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openStreams, topic } from '@millrace/streams';
import { requireService } from '@millrace/testing';
import { createTransport } from 'nodemailer';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { openProject } from './project.ts';

const run = promisify(execFile);
const workspace = join(import.meta.dirname, '../../..');
const greetings = topic('greetings', { schema: z.object({ text: z.string() }), key: (event) => event.text });

const traces = z.object({
  data: z.array(z.object({ spans: z.array(z.object({ tags: z.array(z.object({ key: z.string() })) })) })),
});
const rules = z.object({
  data: z.object({ groups: z.array(z.object({ rules: z.array(z.object({ name: z.string() })) })) }),
});
const targets = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ labels: z.object({ service: z.string() }) })),
  }),
});

// Starting containers takes seconds, and much longer on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

requireService('docker')('the stacks', () => {
  it('start Redis, Kafka and Jaeger, say how to reach them, and leave nothing behind', async () => {
    await using project = await openProject('REDIS_PORT', 'KAFKA_PORT', 'JAEGER_PORT', 'JAEGER_OTLP_PORT');
    const { infra, port } = project;
    const { stdout } = await infra('up', 'redis', 'kafka', 'jaeger');
    const urls = [...stdout.matchAll(/export STREAMS_URL=(\S+)/g)].map(([, url]) => url ?? '');
    expect(urls).toEqual([
      `redis://127.0.0.1:${port('REDIS_PORT')}`,
      `kafka://127.0.0.1:${port('KAFKA_PORT')}`,
    ]);
    for (const url of urls) await sayHello(url);
    expect(stdout).toContain(
      `export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${port('JAEGER_OTLP_PORT')}`,
    );
    await vi.waitFor(async () => {
      expect((await fetch(`http://127.0.0.1:${port('JAEGER_PORT')}/api/services`)).status).toBe(200);
    }, 20_000);
    expect((await infra('status')).stdout).toMatch(/\(healthy\)[\s\S]*\(healthy\)/);
    await infra('down', 'redis');
    expect((await infra('status')).stdout).not.toContain('redis');
    await infra('down', '--volumes');
    for (const kind of ['container', 'volume', 'network']) {
      const filter = `label=com.docker.compose.project=${project.name}`;
      const all = kind === 'container' ? ['--all'] : [];
      const { stdout: left } = await run('docker', [kind, 'ls', ...all, '--quiet', '--filter', filter]);
      expect(left, kind).toBe('');
    }
  });

  it('start a collector that keeps secrets from Jaeger', async () => {
    await using project = await openProject('JAEGER_PORT', 'JAEGER_OTLP_PORT', 'COLLECTOR_OTLP_PORT');
    await project.infra('up', 'collector');
    const traceId = randomBytes(16).toString('hex');
    const attributes = {
      'messaging.system': 'kafka',
      'customer.Card_number': '4242',
      authorization: 'Bearer x',
    };
    await vi.waitFor(async () => {
      const url = `http://127.0.0.1:${project.port('COLLECTOR_OTLP_PORT')}/v1/traces`;
      expect((await fetch(url, spanOf(traceId, attributes))).status).toBe(200);
    }, 20_000);
    await vi.waitFor(async () => {
      const answer = await fetch(`http://127.0.0.1:${project.port('JAEGER_PORT')}/api/traces/${traceId}`);
      const { data } = traces.parse(await answer.json());
      const names = data[0]?.spans[0]?.tags.map(({ key }) => key);
      expect(names).toContain('messaging.system');
      expect(names).not.toContain('customer.Card_number');
      expect(names).not.toContain('authorization');
    }, 20_000);
  });

  it('start Prometheus with every alert and every service, and Mailpit that catches e-mails', async () => {
    await using project = await openProject('PROMETHEUS_PORT', 'SMTP_PORT', 'MAILPIT_PORT');
    const { stdout } = await project.infra('up', 'prometheus', 'mailpit');
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${project.port('PROMETHEUS_PORT')}/api/v1/${path}`)).json();
    const [group] = rules.parse(await ask('rules')).data.groups;
    const alerts = readFileSync(join(workspace, 'infra/compose/prometheus/alerts.yaml'), 'utf8');
    expect(group?.rules.map(({ name }) => name)).toEqual(
      [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name),
    );
    // It looks for its targets some seconds after it is ready.
    await vi.waitFor(async () => {
      const { activeTargets } = targets.parse(await ask('targets')).data;
      expect(activeTargets.map(({ labels }) => labels.service).toSorted()).toEqual(servicesOfShop());
    }, 30_000);

    const [, smtp] = /export SMTP_URL=(\S+)/.exec(stdout) ?? [];
    const mailer = createTransport(smtp);
    await mailer.sendMail({
      from: 'shop@shop.example',
      to: 'ada@mail.example',
      subject: 'On its way',
      text: '.',
    });
    mailer.close();
    const mailbox = await fetch(`http://127.0.0.1:${project.port('MAILPIT_PORT')}/api/v1/messages`);
    expect(await mailbox.json()).toMatchObject({
      messages: [{ Subject: 'On its way', To: [{ Address: 'ada@mail.example' }] }],
    });
  });
});

/** A request with one span, as OTLP's JSON has it. */
function spanOf(traceId: string, attributes: Readonly<Record<string, string>>): RequestInit {
  const nanoseconds = `${Date.now()}000000`;
  const span = {
    traceId,
    spanId: randomBytes(8).toString('hex'),
    name: 'test',
    kind: 1,
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  };
  const body = JSON.stringify({
    resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [span] }] }],
  });
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body };
}

/** The folders of apps/ that are services. */
function servicesOfShop(): readonly string[] {
  const apps = join(workspace, 'apps');
  return readdirSync(apps)
    .filter((name) => existsSync(join(apps, name, 'src/main.ts')))
    .toSorted();
}

async function sayHello(url: string): Promise<void> {
  await using streams = await openStreams(url);
  await streams.admin.ensureTopics([{ name: greetings.name, partitions: 1 }]);
  await streams.publish(greetings, [{ text: 'hello' }]);
  for await (const { value } of streams.read(greetings, { limit: 1 })) expect(value.text).toBe('hello');
}
