import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AsyncApiDocument, asyncApi } from './asyncapi.ts';
import { breakingChanges } from './breaking.ts';
import { eventsPage } from './page.ts';

export interface CatalogOptions {
  /** Where asyncapi.json and events.md lie. */
  readonly folder: string;
  readonly print: (line: string) => void;
  /** Default: what the code says. */
  readonly current?: AsyncApiDocument;
}

const usage = 'npm run catalog -- check | write [--breaking]';

/** `check` fails on a breaking change and on files that are not up to date; `write` writes them. Returns the exit code. */
export function runCatalog(words: readonly string[], options: CatalogOptions): number {
  const { folder, print, current = asyncApi() } = options;
  const [verb] = words;
  const file = join(folder, 'asyncapi.json');
  const known = readKnown(file);
  const broken = known ? breakingChanges(known, current) : [];
  const text = `${JSON.stringify(current, null, 2)}\n`;
  if (verb === 'write' && (broken.length === 0 || words.includes('--breaking'))) {
    writeFileSync(file, text);
    writeFileSync(join(folder, 'events.md'), eventsPage());
    return 0;
  }
  if (verb !== 'check' && verb !== 'write') {
    print(`usage: ${usage}`);
    return 2;
  }
  for (const change of broken) print(`breaking: ${change}`);
  if (broken.length > 0) {
    print(
      'Members of both versions run side by side, and stored events are read again: add a field or an event instead',
    );
    print(
      '(docs/how-to/changing-events.md). Where every reader is known to be ready: npm run catalog -- write --breaking',
    );
    return 1;
  }
  const upToDate =
    JSON.stringify(known) === JSON.stringify(current) && readText(join(folder, 'events.md')) === eventsPage();
  if (!upToDate) print('docs/reference is not up to date: npm run catalog -- write');
  return upToDate ? 0 : 1;
}

function readKnown(file: string): AsyncApiDocument | undefined {
  const text = readText(file);
  return text === undefined ? undefined : JSON.parse(text);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
