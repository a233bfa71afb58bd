import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import type { Target } from '../target.ts';
import type { ProjectKind } from '../workspace.ts';

const clients =
  /^(ioredis|redis|@redis\/.+|iovalkey|kafkajs|kafkajs-.+|@platformatic\/kafka|@confluentinc\/kafka.*|node-rdkafka)$/;

/** Drivers are made of them; tools measure against them; the guide shows what lies below the library; help for tests starts and breaks their servers. */
const users: readonly ProjectKind[] = ['driver', 'tool', 'guide', 'testing'];

export const brokerClientsRule: Rule = (file) =>
  file.imports.flatMap(({ target, line }) => {
    const client = clientName(file, target);
    if (client === undefined || mayUse(file)) return [];
    return {
      line,
      does: `imports ${client}`,
      rule: 'only drivers, tools and test code of the libraries know a broker client',
      instead:
        'say it with the streams library; what it cannot say belongs into the Driver interface of the core',
    };
  });

function clientName(file: SourceFile, target: Target): string | undefined {
  if (target.kind === 'npm') return clients.test(target.name) ? target.name : undefined;
  // An app may keep its own tables in SQLite; for the core it is the embedded driver's storage.
  return target.kind === 'builtin' && target.name === 'node:sqlite' && file.kind === 'core'
    ? target.name
    : undefined;
}

function mayUse(file: SourceFile): boolean {
  return users.includes(file.kind) || (file.isTest && file.kind !== 'app');
}
