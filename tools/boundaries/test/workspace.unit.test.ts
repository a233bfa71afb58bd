import { expect, it } from 'vitest';
import { checkWorkspace } from '../src/check-workspace.ts';
import { violationsOf } from './fixture-workspace.ts';

const workspaceRoot = new URL('../../..', import.meta.url).pathname;

it('finds nothing to say against the real tree', () => {
  const { files, projects, violations } = checkWorkspace(workspaceRoot);
  expect(violations).toEqual([]);
  expect(projects).toBeGreaterThan(15);
  expect(files).toBeGreaterThan(20);
});

it('wants a known tag on every package', () => {
  const violations = violationsOf({
    'libs/new/package.json': JSON.stringify({ name: 'new', nx: { tags: ['scope:new'] } }),
  });
  expect(violations).toMatchObject([{ path: 'libs/new/package.json', does: 'has no known type: tag' }]);
});

it('names a file that does not parse', () => {
  expect(() => violationsOf({ 'apps/payment/src/app.ts': 'import {' })).toThrow(
    /apps\/payment\/src\/app\.ts does not parse/,
  );
});
