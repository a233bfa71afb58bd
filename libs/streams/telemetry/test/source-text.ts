import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const workspace = join(import.meta.dirname, '../../../..');

/** The text of every source file that may name a metric or an attribute, the registries themselves left out. */
export function sourceText(): string {
  return globSync(['libs/streams/telemetry/src/**/*.ts', '{libs,apps}/*/src/**/*.ts'], { cwd: workspace })
    .filter((path) => !path.endsWith('-names.ts'))
    .map((path) => readFileSync(join(workspace, path), 'utf8'))
    .join('\n');
}
