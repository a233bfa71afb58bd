import { join } from 'node:path';
import type { ServiceSpec } from '@millrace/service/processes';
import type { OpenRun } from '../run/open-run.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const always = ['payment', 'inventory', 'shipping', 'email', 'crm', 'database'];
const forAccessLog = ['webserver'];

/** The services that a run needs, set up for it. The storefront is not among them: the replay publishes itself. */
export function serviceSpecs(run: OpenRun, environment: Environment, root: string): readonly ServiceSpec[] {
  const { accessLog, emailMembers } = run.settings;
  const names = accessLog ? [...always, ...forAccessLog] : always;
  const spec = (app: string, name: string): ServiceSpec => ({
    name,
    entry: join(root, 'apps', app, 'src', 'main.ts'),
    log: run.folder.log(name),
    environment: serviceEnvironment(run, environment),
  });
  const further = Array.from({ length: emailMembers - 1 }, (_, index) => spec('email', `email-${index + 2}`));
  return [...names.map((name) => spec(name, name)), ...further];
}

function serviceEnvironment(
  { folder, settings, streamsUrl }: OpenRun,
  environment: Environment,
): Environment {
  return {
    LOG_LEVEL: 'info',
    ...environment,
    STREAMS_URL: streamsUrl,
    NAMESPACE: folder.name,
    DATA_DIR: folder.path,
    PARTITIONS: String(settings.partitions),
    OPENING_STOCK: String(settings.openingStock),
    DELIVERY_DELAY_MS: '0',
    SHOPPER: 'off',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_FORMAT: 'json',
    // E-mails are written completely and go nowhere.
    MAIL: 'render',
    EMAIL_MODE: settings.emailMode,
    SMTP_URL: undefined,
  };
}
