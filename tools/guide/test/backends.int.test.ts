import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, requireService, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuideProcess, livingProcesses } from './support/guide-process.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guide-backends-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line on standard error, and the exit code 1. */
async function refusal(...parameters: readonly string[]): Promise<string> {
  const { ending, errors } = await new GuideProcess(parameters, folder).ended();
  expect({ ending, lines: errors.trimEnd().split('\n').length }, errors).toEqual({ ending: 1, lines: 1 });
  return errors;
}

describe.concurrent('a backend that cannot be used gets one clear sentence', () => {
  test('one that is away', async () => {
    const [port] = await freePorts(1);
    expect(await refusal('17', '--backend', `redis://:secret@127.0.0.1:${port}`)).toBe(
      `guide: no server answers at redis://127.0.0.1:${port}; start one or name another with --backend\n`,
    );
    expect(await refusal('17', '--backend', `kafka://127.0.0.1:${port}`)).toBe(
      `guide: no server answers at kafka://127.0.0.1:${port}; start one or name another with --backend\n`,
    );
  });

  test('one that nobody knows', async () => {
    expect(await refusal('17', '--backend', 'mysql://user:secret@host')).toMatch(
      /^guide: the backend "mysql:\/\/host" has the scheme mysql:, which no backend has; use one of /,
    );
  });

  test('one that cannot play the picture', async () => {
    expect(await refusal('46', '--backend', 'embedded')).toBe(
      'guide: The embedded log is one file of one machine: it has no brokers.\n',
    );
  });

  test('a number that no scenario plays, and a parameter out of its range', async () => {
    expect(await refusal('99')).toMatch(/^guide: no scenario plays picture 99; there are 1, /);
    expect(await refusal('10')).toMatch(/^guide: picture 10 is a drawing of who calls whom.*docs\/guide\.md/);
    expect(await refusal('all', '--backend', 'mysql://host')).toMatch(/^guide: the backend "mysql:\/\/host"/);
    expect(await refusal('all', '--consumers', '2')).toMatch(/^guide: --consumers belongs to a picture/);
    expect(await refusal('all', '--beside', 'redis')).toMatch(/^guide: --beside plays one picture on two/);
    expect(await refusal('all', '--step')).toMatch(/^guide: --step waits in one picture/);
    expect(await refusal('17', '--seed', 'x')).toMatch(/argument 'x' is invalid. It must be a whole number/);
    expect(await refusal('17', '--consumers', '99')).toBe(
      'guide: consumers is 99; it must be a whole number from 1 to 12\n',
    );
  });
});

requireService('redis')('a Redis that refuses gets one clear sentence', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('a right is missing', async () => {
    await server.command('ACL', 'SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all', '-monitor');
    const errors = await refusal('17', '--backend', server.url.replace('//', '//guest:secret@'));
    expect(errors).toMatch(
      /^guide: the user of redis:\/\/127.*lacks a right that this picture needs: NOPERM/,
    );
    expect(errors).not.toContain('secret');
    await server.command('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-xadd');
    expect(await refusal('17', '--backend', server.url.replace('//', '//reader:secret@'))).toMatch(
      /^guide: .*lacks commands that streams need.*\+xadd/,
    );
  });

  test('a replica that is read only', async () => {
    await using replica = await startRedis({
      arguments: ['--replicaof', `127.0.0.1 ${server.port}`, '--repl-diskless-sync-delay', '0'],
    });
    await expect
      .poll(() => replica.command('INFO', 'replication'), { timeout: 20_000 })
      .toContain('master_link_status:up');
    expect(await refusal('17', '--backend', replica.url)).toBe(
      `guide: ${replica.url} is a read-only replica; name its master 127.0.0.1:${server.port} instead\n`,
    );
  });
});

describe('a server that is killed in the middle of a run', () => {
  requireService('redis')('of Redis', () => {
    test('is named in one sentence, and no process is left', () =>
      killedInTheMiddle(() => startRedis(), /^guide: (no server answers at|.*cannot be used)/));
  });
  requireService('kafka')('of Kafka', () => {
    test('is named in one sentence, and no process is left', () =>
      killedInTheMiddle(() => startKafka(), /^guide: (no server answers at|.*cannot be used)/));
  });
});

async function killedInTheMiddle(
  start: () => Promise<AsyncDisposable & { readonly url: string; kill(): Promise<void> }>,
  sentence: RegExp,
): Promise<void> {
  await using server = await start();
  const own = mkdtempSync(join(folder, 'killed-'));
  const guide = new GuideProcess(['23', '--backend', server.url], own);
  guide.after(15, () => void server.kill());
  const { ending, output, errors } = await guide.ended();
  expect({ ending, lines: errors.trimEnd().split('\n').length }, errors).toEqual({ ending: 1, lines: 1 });
  expect(errors).toMatch(sentence);
  expect(livingProcesses(output)).toEqual([]);
  expect(readdirSync(own).filter((name) => !name.includes('compile-cache'))).toEqual([]);
}

requireService('kafka')('a Kafka that refuses gets one clear sentence', () => {
  let server: Awaited<ReturnType<typeof startKafka>>;
  beforeAll(async () => {
    server = await startKafka({
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config':
          'org.apache.kafka.common.security.plain.PlainLoginModule required user_guest="s3cret";',
      },
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test('a right is missing', async () => {
    const url = server.url.replace('//', '//guest:s3cret@');
    const errors = await refusal('17', '--backend', `${url}?sasl=plain`);
    expect(errors).toMatch(/^guide: the user of kafka:\/\/127.*lacks a right that this picture needs: /);
    expect(errors).not.toContain('s3cret');
  });

  test('a login is missing, or wrong', async () => {
    const url = server.url.replace('//', '//guest:wr0ng@');
    const errors = await refusal('17', '--backend', `${url}?sasl=plain`);
    expect(errors).toMatch(/^guide: .*(login|authenticat|password)/i);
    expect(errors).not.toContain('wr0ng');
  });
});
