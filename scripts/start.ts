import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  dataDirProblem,
  onStopSignal,
  type ServiceSpec,
  SupervisedService,
  watchAncestors,
  workspaceRoot,
} from '@millrace/service/processes';

/** Longer than a service's own GRACE_MS, after which it ends by itself. */
const graceMs = Number(process.env['GRACE_MS'] || 9_000) + 3_000;

/** So that a demonstration can run for weeks: some hundred megabytes, then the oldest goes. */
const bounds = { RETENTION_RECORDS: '20000', RECORD_ROWS: '200000' };

const root = workspaceRoot();
const problem = environmentProblem();
if (problem !== undefined) end(`The shop cannot start: ${problem}`);

const stopping = new AbortController();
const services = servedApps().map((spec) => new SupervisedService(spec, { note, changed: () => undefined }));
const stop = async (): Promise<void> => {
  stopping.abort();
  await Promise.all(services.map((service) => service.stop(graceMs)));
  process.exit(0);
};
onStopSignal({ first: stop, second: () => killAll(1) });
watchAncestors(stop);

try {
  const failed = Promise.race(services.map((service) => service.failed));
  const ready = Promise.all(services.map((service) => service.ready(stopping.signal)));
  await Promise.race([ready, failed]);
  note('all services are ready; Ctrl-C stops them');
  await failed;
} catch (error) {
  if (!stopping.signal.aborted) {
    note(`${error instanceof Error ? error.message : String(error)}; the reason stands above`);
    note(
      'stopping the rest. If the shop runs already, stop that one first, or give this one other ports (PORT=0) and a DATA_DIR of its own',
    );
    await Promise.all(services.map((service) => service.stop(graceMs)));
    process.exit(1);
  }
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
  return { ...bounds, ...process.env, ...(port && { PORT: port }), STOP_WITH_PARENT: 'off' };
}

function environmentProblem(): string | undefined {
  const { PORT = '', DATA_DIR, STREAMS_URL } = process.env;
  if (PORT !== '' && PORT !== '0')
    return `PORT=${PORT} would be the port of every service; leave it out, set 0 for any free ports, or one service's own, such as PAYMENT_PORT`;
  if (STREAMS_URL) return undefined;
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

function end(text: string): never {
  console.error(text);
  process.exit(1);
}
