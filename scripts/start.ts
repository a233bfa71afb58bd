import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  dataDirProblem,
  onStopSignal,
  type ServiceSpec,
  SupervisedService,
  watchAncestors,
  workspaceRoot,
} from '@millrace/service/processes';
import type { OwnServer, ServerKind } from './own-server.ts';

const usage = `npm start [-- --backend redis|kafka]

Starts the whole shop on STREAMS_URL, an embedded log by default. With --backend it starts a server of its own for it, on
free ports, which ends with the shop together with all that was stored.`;

/** Longer than a service's own GRACE_MS, after which it ends by itself. */
const graceMs = Number(process.env['GRACE_MS'] || 9_000) + 3_000;

/** So that a demonstration can run for weeks: some hundred megabytes, then the oldest goes. */
const bounds = { RETENTION_RECORDS: '20000', RECORD_ROWS: '200000' };

const root = workspaceRoot();
const backend = chosenBackend();
const problem = environmentProblem();
if (problem !== undefined) end(`The shop cannot start: ${problem}`);

const server = backend && (await ownServer(backend));
const stopping = new AbortController();
const services = servedApps().map((spec) => new SupervisedService(spec, { note, changed: () => undefined }));
const stop = async (reason: string): Promise<void> => {
  note(`${reason}: stopping all services; again ends them at once`);
  stopping.abort();
  await stopAll();
  note('stopped');
  process.exit(0);
};
onStopSignal({ first: stop, second: () => killAll(1) });
watchAncestors(stop);

try {
  const failed = Promise.race(services.map((service) => service.failed));
  const ready = Promise.all(services.map((service) => service.ready(stopping.signal)));
  await Promise.race([ready, failed]);
  note(`all services are ready; Ctrl-C stops them\n${addresses()}`);
  await failed;
} catch (error) {
  if (!stopping.signal.aborted) {
    note(`${error instanceof Error ? error.message : String(error)}; the reason stands above`);
    note(
      'stopping the rest. If the shop runs already, stop that one first, or give this one other ports (PORT=0) and a DATA_DIR of its own',
    );
    await stopAll();
    process.exit(1);
  }
}

/** Those that a person opens first; the others say theirs in the log. */
function addresses(): string {
  const urlOf = (name: string) =>
    services.find(({ spec }) => spec.name === name)?.process?.url ?? 'not running';
  const lines = [
    `  the shop live    ${urlOf('dashboard')}`,
    `  place an order   POST ${urlOf('storefront')}/orders`,
    `  all that was     ${urlOf('database')}/report`,
  ];
  if (!process.env['SMTP_URL']) lines.push(`  its e-mails      ${urlOf('email')}/mailbox`);
  return lines.join('\n');
}

/** The server last: services have to finish on it. */
async function stopAll(): Promise<void> {
  await Promise.all(services.map((service) => service.stop(graceMs)));
  await server?.[Symbol.asyncDispose]();
}

async function ownServer(kind: ServerKind): Promise<OwnServer> {
  const { serverProblem, startOwnServer } = await import('./own-server.ts');
  const missing = serverProblem(kind);
  if (missing !== undefined) end(`The shop cannot start: ${missing}`);
  const started = await startOwnServer(kind, note);
  note(`${kind} runs at ${started.url}`);
  return started;
}

/** Every app that Nx can serve, run as Nx runs it. */
function servedApps(): readonly ServiceSpec[] {
  return globSync('apps/*/package.json', { cwd: root })
    .toSorted()
    .flatMap((file) => {
      const { nx } = JSON.parse(readFileSync(join(root, file), 'utf8'));
      const entry = join(root, dirname(file), 'src/main.ts');
      return nx?.targets?.serve
        ? [{ name: String(nx.name), entry, environment: environmentOf(nx.name) }]
        : [];
    });
}

/** `PAYMENT_PORT` is the port of payment alone. This process watches those above it for all services. */
function environmentOf(service: string): NodeJS.ProcessEnv {
  const port = process.env[`${service.toUpperCase()}_PORT`];
  const own = server && { STREAMS_URL: server.url, DATA_DIR: server.folder, SHOP_SERVER: backend };
  return { ...bounds, ...process.env, ...own, ...(port && { PORT: port }), STOP_WITH_PARENT: 'off' };
}

function chosenBackend(): ServerKind | undefined {
  try {
    const { values } = parseArgs({
      options: { backend: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) end(usage, 0);
    if (values.backend === undefined || values.backend === 'embedded') return undefined;
    if (values.backend === 'redis' || values.backend === 'kafka') return values.backend;
    return end(`--backend ${values.backend} is not redis, kafka or embedded\n\n${usage}`, 2);
  } catch (error) {
    return end(`${error instanceof Error ? error.message : error}\n\n${usage}`, 2);
  }
}

function environmentProblem(): string | undefined {
  const { PORT = '', DATA_DIR, STREAMS_URL } = process.env;
  if (PORT !== '' && PORT !== '0')
    return `PORT=${PORT} would be the port of every service; leave it out, set 0 for any free ports, or one service's own, such as PAYMENT_PORT`;
  if (backend !== undefined && STREAMS_URL)
    return `--backend ${backend} starts a server of its own, and STREAMS_URL names another; leave one of them out`;
  if (backend !== undefined || STREAMS_URL) return undefined;
  const folder = resolve(root, DATA_DIR || '.data');
  const unusable = dataDirProblem(folder);
  return unusable && `DATA_DIR=${folder} ${unusable}; make it writable or choose another folder`;
}

function note(text: string): void {
  console.error(`npm start: ${text}`);
}

function killAll(code: number): never {
  for (const service of services) service.kill();
  process.exit(code);
}

function end(text: string, code = 1): never {
  console.error(text);
  process.exit(code);
}
