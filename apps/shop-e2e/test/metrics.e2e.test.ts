import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PrometheusServer, requireService, startPrometheus } from '@millrace/testing';
import { test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startMailServer } from '../src/mail-server.ts';
import { RunningShop, serviceNames } from '../src/running-shop.ts';
import { until } from '../src/until.ts';

const stacks = join(import.meta.dirname, '../../../infra/compose');
const backlog = 'max(streams_group_lag{group="payment"})';
const card = { number: '4242 4242 4242 4242', expiry: '2030-12' };

const settingsFile = z.looseObject({
  scrape_configs: z.tuple([
    z.looseObject({
      static_configs: z.array(
        z.object({ targets: z.tuple([z.string()]), labels: z.object({ service: z.enum(serviceNames) }) }),
      ),
    }),
  ]),
});
/** Panels of what must not happen: an answer without a figure is a good one. */
const quiet = ['Repeats dropped', 'Trouble with the backend'];

const dashboardFile = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) }),
  ),
});

requireService('prometheus')('a shop that Prometheus watches', () => {
  test('fills every panel, shows a dead letter, and the backlog of a service that is gone', async () => {
    await using mail = await startMailServer();
    await using shop = await RunningShop.open({
      services: serviceNames,
      environment: { SMTP_URL: mail.url },
    });
    await using prometheus = await startPrometheus(await settingsFor(shop));
    mail.decideBy((id) => (id.startsWith('payment_received') ? 'refuse' : 'take'));
    let orders = 0;
    const order = (): Promise<string> =>
      shop.post(
        '/orders',
        { customerId: 'ada', card, basket: [{ sku: '10102', quantity: 1 }] },
        `order-${orders++}`,
      );

    await until(
      async () => {
        await order();
        return (await emptyPanels(prometheus)).length === 0;
      },
      { what: 'figures in every panel', detail: () => `${orders} orders` },
    );
    await until(() => alerts(prometheus, { alertname: 'DeadLetters', group: 'email', code: 'REJECTED' }), {
      what: 'the alert of a dead letter',
    });

    await shop.kill('payment');
    await order();
    await until(async () => ((await figureOf(prometheus, backlog)) ?? 0) > 0, {
      what: 'the backlog of a service that is gone',
    });
    await until(() => alerts(prometheus, { alertname: 'ServiceDown', service: 'payment' }), {
      what: 'the alert of a service that is gone',
    });
    shop.start('payment');
    await until(async () => (await figureOf(prometheus, backlog)) === 0, {
      what: 'the end of the backlog',
    });
  });
});

function settings(): z.infer<typeof settingsFile> {
  return settingsFile.parse(parse(readFileSync(join(stacks, 'prometheus/prometheus.yaml'), 'utf8')));
}

/** What the stack has, looked at each second, with the addresses of this shop. */
async function settingsFor(shop: RunningShop): Promise<string> {
  const [job] = settings().scrape_configs;
  const targets = job.static_configs.map(async ({ labels }) => ({
    labels,
    targets: [new URL(await shop.address(labels.service)).host],
  }));
  return stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(stacks, 'prometheus/alerts.yaml')],
    scrape_configs: [{ ...job, static_configs: await Promise.all(targets) }],
  });
}

/** Titles of the panels that have nothing to show and should; throws where Prometheus refuses a question. */
async function emptyPanels(prometheus: PrometheusServer): Promise<readonly string[]> {
  const file = readFileSync(join(stacks, 'grafana/dashboards/streams.json'), 'utf8');
  const panels = dashboardFile.parse(JSON.parse(file)).panels.filter(({ targets }) => targets.length > 0);
  const figures = await Promise.all(
    panels.map(async ({ targets }) => {
      const questions = targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '10s'));
      return (await Promise.all(questions.map((question) => prometheus.query(question)))).flat();
    }),
  );
  const empty = panels.filter((_, index) => figures[index]?.length === 0).map(({ title }) => title);
  return empty.filter((title) => !quiet.includes(title));
}

/** Whether such an alert is firing, or will unless things change. */
async function alerts(
  prometheus: PrometheusServer,
  labels: Readonly<Record<string, string>>,
): Promise<boolean> {
  const all = await prometheus.alerts();
  return all.some((alert) => Object.entries(labels).every(([name, value]) => alert.labels[name] === value));
}

async function figureOf(prometheus: PrometheusServer, question: string): Promise<number | undefined> {
  return (await prometheus.query(question))[0]?.value;
}
