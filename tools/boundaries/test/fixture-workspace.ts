import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkWorkspace } from '../src/check-workspace.ts';
import type { Violation } from '../src/rule.ts';

/** Packages laid out as in the real tree, each with nothing but its tags. */
const packages: Readonly<Record<string, readonly [name: string, kind: string]>> = {
  'libs/streams/core': ['@millrace/streams', 'core'],
  'libs/streams/embedded': ['@millrace/streams-embedded', 'driver'],
  'libs/streams/redis': ['@millrace/streams-redis', 'driver'],
  'libs/streams/contract': ['@millrace/streams-contract', 'contract'],
  'libs/events': ['@millrace/events', 'events'],
  'libs/service': ['@millrace/service', 'service'],
  'libs/testing': ['@millrace/testing', 'testing'],
  'apps/payment': ['@millrace/payment', 'app'],
  'apps/inventory': ['@millrace/inventory', 'app'],
  'apps/shop-e2e': ['@millrace/shop-e2e', 'e2e'],
  'tools/replay': ['@millrace/replay', 'tool'],
};

/** What the checker says of a workspace that holds these files beside its manifests. */
export function violationsOf(files: Readonly<Record<string, string>>): readonly Violation[] {
  const root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  try {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    write('package.json', JSON.stringify({ workspaces: ['libs/*', 'libs/streams/*', 'apps/*', 'tools/*'] }));
    for (const [directory, [name, kind]] of Object.entries(packages)) {
      write(`${directory}/package.json`, JSON.stringify({ name, nx: { tags: [`type:${kind}`] } }));
    }
    for (const [path, text] of Object.entries(files)) write(path, text);
    return checkWorkspace(root).violations;
  } finally {
    rmSync(root, { recursive: true });
  }
}
