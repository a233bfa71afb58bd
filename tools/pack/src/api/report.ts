import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type IConfigFile } from '@microsoft/api-extractor';
import type { EntryPoint } from './entry-points.ts';

/**
 * All that a user of the entry point sees, as one text: its exports and the types that they use, in the order of their
 * names. Read from the built declarations. Throws an error that says what could not be read.
 */
export function reportOf(entry: EntryPoint): string {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    const problems: string[] = [];
    const { succeeded } = Extractor.invoke(configOf(entry, folder), {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true;
        if (message.logLevel === ExtractorLogLevel.Error)
          problems.push(message.formatMessageWithLocation(entry.folder));
      },
    });
    if (!succeeded || problems.length > 0)
      throw new Error(`the API of ${entry.specifier} could not be read:\n${problems.join('\n')}`);
    return headed(entry, readFileSync(join(folder, reportFile), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reportFile = 'report.api.md';

/** What the declarations mean is read as a strict user with the types of Node reads them. */
const compilerOptions = {
  target: 'es2024',
  lib: ['es2025', 'esnext.disposable'],
  types: ['node'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};

function configOf(entry: EntryPoint, folder: string): ExtractorConfig {
  const configObject: IConfigFile = {
    projectFolder: entry.folder,
    mainEntryPointFilePath: entry.declarations,
    newlineKind: 'lf',
    compiler: { overrideTsconfig: { compilerOptions, files: [entry.declarations] } },
    apiReport: {
      enabled: true,
      includeForgottenExports: true,
      reportFileName: 'report',
      reportFolder: folder,
      reportTempFolder: join(folder, 'temporary'),
    },
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(entry.folder, 'package.json'),
  });
}

/** The report without what the tool says of its own tags. */
function headed({ specifier }: EntryPoint, report: string): string {
  const code = report
    .slice(report.indexOf('```ts'))
    .replace(/^ *\/\/ (?:@public.*|\(undocumented\)|\(No @packageDocumentation.*)\n/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace('```ts\n\n', '```ts\n')
    .replace(/\n+```\s*$/, '\n```\n');
  return `# ${specifier}\n${explanation}\n\n${code}`;
}

const explanation =
  'All that is offered here, with the types that it uses. Made by `npm run api` from the built declarations: a change of this file is a change for every user.';
