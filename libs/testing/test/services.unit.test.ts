import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findCommand } from '../src/find-command.ts';
import { availabilityOf } from '../src/services.ts';

const folder = mkdtempSync(join(tmpdir(), 'services-'));
afterAll(() => rmSync(folder, { recursive: true }));

const command = (name: string, mode = 0o755): string => {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
};

describe('a service', () => {
  it('is there when its URL is given', () => {
    expect(availabilityOf('redis', { REDIS_URL: 'redis://127.0.0.1' })).toEqual({ state: 'available' });
  });

  it('is there when its server is on the PATH', () => {
    command('redis-server');
    expect(availabilityOf('redis', { PATH: `/nowhere:${folder}` })).toEqual({ state: 'available' });
  });

  it('is there when a variable names its program', () => {
    expect(availabilityOf('valkey', { VALKEY_SERVER: '/opt/valkey-server' })).toEqual({ state: 'available' });
  });

  it('is there when its jars and a java are', () => {
    command('java');
    writeFileSync(join(folder, 'kafka_2.13-4.4.0.jar'), '');
    expect(availabilityOf('kafka', { PATH: folder, KAFKA_LIBS: folder })).toEqual({ state: 'available' });
    expect(availabilityOf('kafka', { PATH: '', KAFKA_LIBS: folder })).toMatchObject({ state: 'skip' });
  });

  it('is skipped with the reason when it is not there', () => {
    expect(availabilityOf('redis', { PATH: '/nowhere' })).toEqual({
      state: 'skip',
      reason: expect.stringMatching(/^redis: no redis-server on the PATH/),
    });
  });

  it.each(['all', 'redis', 'kafka, redis'])('fails when REQUIRE_SERVICES is %s', (REQUIRE_SERVICES) => {
    expect(availabilityOf('redis', { REQUIRE_SERVICES })).toMatchObject({ state: 'fail' });
  });

  it('is skipped when REQUIRE_SERVICES names another one', () => {
    expect(availabilityOf('redis', { REQUIRE_SERVICES: 'kafka' })).toMatchObject({ state: 'skip' });
  });

  it('is not found by a name nobody knows', () => {
    expect(() => availabilityOf('redis', { REQUIRE_SERVICES: 'kafak' })).toThrow(
      /names kafak; known are all, redis, valkey, redis-8, kafka/,
    );
  });
});

it('finds no command in a file that cannot be run', () => {
  command('plain', 0o644);
  expect(findCommand('plain', { PATH: folder })).toBeUndefined();
});
