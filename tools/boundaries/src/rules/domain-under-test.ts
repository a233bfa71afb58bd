import type { SourceFile } from '../source-file.ts';

/**
 * Tests of tools and of the whole shop may reach the domains of apps by path: a domain does nothing but decide, so the
 * rules of all services can be held together against a reference without starting any of them.
 */
export function isDomainUnderTest(file: SourceFile, path: string | undefined): boolean {
  return file.isTest && ['tool', 'e2e'].includes(file.kind) && /^apps\/[^/]+\/src\/domain\//.test(path ?? '');
}
