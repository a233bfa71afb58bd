import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layerViolations } from '../src/layers.ts';
import { type Package, type PackageKind, readPackages } from '../src/workspace.ts';

const kinds: Readonly<Record<string, PackageKind>> = {
  '@millrace/streams': 'core',
  '@millrace/streams-embedded': 'driver',
  '@millrace/streams-redis': 'driver',
  '@millrace/streams-contract': 'contract',
  '@millrace/streams-telemetry': 'telemetry',
  '@millrace/events': 'events',
  '@millrace/service': 'service',
  '@millrace/guide': 'guide',
  '@millrace/testing': 'testing',
  '@millrace/payment': 'app',
  '@millrace/inventory': 'app',
  '@millrace/shop-e2e': 'e2e',
  '@millrace/replay': 'tool',
};

type Dependencies = Partial<Pick<Package, 'dependencies' | 'devDependencies'>>;

/** The problems of a workspace in which one package depends on something. */
function problemsOf(name: string, declared: Dependencies): readonly string[] {
  const packages = Object.entries(kinds).map(([each, kind]) => ({
    name: each,
    path: `${each}/package.json`,
    kind,
    dependencies: [],
    devDependencies: [],
    ...(each === name ? declared : {}),
  }));
  return layerViolations(packages).map(({ path, problem }) => `${path} ${problem}`);
}

describe('layers', () => {
  it.each([
    ['@millrace/payment', '@millrace/inventory'],
    ['@millrace/payment', '@millrace/streams-redis'],
    ['@millrace/payment', '@millrace/testing'],
    ['@millrace/payment', 'ioredis'],
    ['@millrace/payment', 'kafkajs'],
    ['@millrace/streams', '@millrace/streams-embedded'],
    ['@millrace/streams', '@millrace/events'],
    ['@millrace/streams', 'kafkajs'],
    ['@millrace/streams-redis', '@millrace/streams-embedded'],
    ['@millrace/streams-redis', '@millrace/service'],
    ['@millrace/streams-contract', '@millrace/streams-redis'],
    ['@millrace/events', '@millrace/service'],
    ['@millrace/service', 'ioredis'],
    ['@millrace/replay', '@millrace/payment'],
    ['@millrace/shop-e2e', '@millrace/payment'],
  ])('%s must not depend on %s', (name, dependency) => {
    expect(problemsOf(name, { dependencies: [dependency] })).toEqual([
      `${name}/package.json depends on ${dependency}`,
    ]);
  });

  it.each([
    ['@millrace/payment', '@millrace/inventory'],
    ['@millrace/payment', '@millrace/streams-redis'],
    ['@millrace/streams-redis', '@millrace/streams-embedded'],
    ['@millrace/streams-redis', '@millrace/service'],
    ['@millrace/shop-e2e', '@millrace/payment'],
  ])('%s must not depend on %s in its tests', (name, dependency) => {
    expect(problemsOf(name, { devDependencies: [dependency] })).toHaveLength(1);
  });

  it.each([
    ['@millrace/payment', '@millrace/events'],
    ['@millrace/streams-redis', '@millrace/streams'],
    ['@millrace/streams-redis', 'ioredis'],
    ['@millrace/replay', '@millrace/streams-redis'],
    ['@millrace/guide', 'kafkajs'],
  ])('%s may depend on %s', (name, dependency) => {
    expect(problemsOf(name, { dependencies: [dependency] })).toEqual([]);
  });

  it.each([
    ['@millrace/payment', '@millrace/testing'],
    ['@millrace/streams', '@millrace/streams-embedded'],
    ['@millrace/streams-redis', '@millrace/streams-contract'],
  ])('%s may depend on %s in its tests', (name, dependency) => {
    expect(problemsOf(name, { devDependencies: [dependency] })).toEqual([]);
  });

  it('a package without a known tag is a violation', () => {
    const untagged = { name: 'new', path: 'libs/new/package.json', kind: undefined };
    const packages = [{ ...untagged, dependencies: [], devDependencies: [] }];
    expect(layerViolations(packages)).toMatchObject([{ problem: 'has no known type: tag' }]);
  });

  it('are kept by the real packages', () => {
    const packages = readPackages(resolve(import.meta.dirname, '../../..'));
    expect(packages.length).toBeGreaterThan(15);
    expect(layerViolations(packages)).toEqual([]);
  });
});
