import type { Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';

/** What a package exports for some of the others only. Tests may use all of it. */
interface RestrictedExport {
  readonly specifier: string;
  readonly isFor: (file: SourceFile) => boolean;
  readonly rule: string;
  readonly instead: string;
}

const restricted: readonly RestrictedExport[] = [
  {
    specifier: '@millrace/streams/driver-kit',
    isFor: ({ kind }) => kind === 'driver' || kind === 'contract',
    rule: 'the parts that drivers are made of are for drivers only',
    instead: 'use what @millrace/streams exports',
  },
  {
    specifier: '@millrace/events/open-card',
    isFor: ({ project }) => project.name === '@millrace/payment',
    rule: 'cards are opened in the payment service only',
    instead: 'make do with the last four digits, or let the payment service decide it',
  },
];

export const restrictedExportsRule: Rule = (file) =>
  file.imports.flatMap(({ specifier, line }) => {
    const broken = restricted.find((part) => part.specifier === specifier);
    if (!broken || file.isTest || broken.isFor(file)) return [];
    return { line, does: `imports ${specifier}`, rule: broken.rule, instead: broken.instead };
  });
