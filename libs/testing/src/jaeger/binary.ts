import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const jaegerVersion = '1.76.0';

/** Where a Jaeger of its second generation lies: `JAEGER_BINARY`, or where `.ci/run` builds it. */
export function jaegerBinary(environment: Readonly<Record<string, string | undefined>>): string {
  return (
    environment['JAEGER_BINARY'] || join(homedir(), '.cache/millrace', `jaeger-${jaegerVersion}`, 'jaeger')
  );
}

export function hasJaeger(binary: string): boolean {
  return existsSync(binary);
}
