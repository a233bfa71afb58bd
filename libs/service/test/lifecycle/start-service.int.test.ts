import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { on, openStreams, type RunOptions, topic } from '@millrace/streams';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { noVariables, type Service, type ServiceDefinition, service, startService } from '../../src/index.ts';

const letters = topic<string>('letters', { key: (text) => text });

async function environment(): Promise<Record<string, string>> {
  return { DATA_DIR: await mkdtemp(join(tmpdir(), 'service-')), PORT: '0', LOG_LEVEL: 'silent' };
}

function serviceOf(parts: ServiceDefinition): Service<object> {
  return service({ name: 'reader', port: 0, variables: noVariables, topics: [letters], define: () => parts });
}

function reader(handle: (text: string) => void): RunOptions {
  return {
    group: 'reader',
    mode: 'partitioned',
    delivery: 'at-least-once',
    routes: [on(letters, ({ value }) => handle(value))],
  };
}

async function readiness(url: string): Promise<{ status: number; reasons: string[] }> {
  const response = await fetch(`${url}/ready`);
  const { reasons } = z.object({ reasons: z.array(z.string()) }).parse(await response.json());
  return { status: response.status, reasons };
}

describe('a service', () => {
  it('waits for no DATA_DIR that can never be written, unless it keeps nothing there', async () => {
    const service = serviceOf({ groups: [reader(() => undefined)] });
    const unusable = { ...(await environment()), DATA_DIR: '/sys/millrace' };
    await expect(startService(service, unusable)).rejects.toThrow(
      /cannot start: .*\n {2}DATA_DIR="\/sys\/millrace": cannot be written.*: make it writable/,
    );
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    const STREAMS_URL = `embedded:${elsewhere}/streams.db`;
    const started = await startService(service, { ...unusable, STREAMS_URL });
    await started.ready;
    await started.stop();
  });

  it('creates the topics, joins its groups, says so, and hands over what it counted', async () => {
    const variables = await environment();
    const seen: string[] = [];
    const started = await startService(serviceOf({ groups: [reader((text) => seen.push(text))] }), variables);
    await started.ready;
    expect(await readiness(started.url)).toEqual({ status: 200, reasons: [] });
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    expect((await streams.admin.describe('letters')).partitions).toHaveLength(6);
    await streams.publish(letters, ['a', 'b']);
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(['a', 'b']));
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${started.url}/metrics`)).text();
      expect(metrics).toMatch(/^streams_messages_handled_total\{group="reader",topic="letters"\} 2$/m);
      expect(metrics).toMatch(/^streams_messages_settled_total\{group="reader"\} 2$/m);
      expect(metrics).toMatch(/^streams_leases\{group="reader"\} 6$/m);
      expect(metrics).toMatch(/^streams_group_lag\{group="reader"\} 0$/m);
      expect(metrics).toMatch(/^streams_group_pending\{group="reader"\} 0$/m);
      expect(metrics).toMatch(/^streams_group_oldest_pending_seconds\{group="reader"\} 0$/m);
      expect(metrics).toMatch(/^streams_end_to_end_seconds_count\{group="reader"\} 2$/m);
    });
    await started.stop();
    await expect(fetch(started.url)).rejects.toThrow();
    expect((await streams.admin.describeGroup('reader')).members).toEqual([]);
  });

  it('loads nothing of tracing that is not asked for', async () => {
    const started = await startService(serviceOf({}), await environment());
    await started.ready;
    await started.stop();
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    expect(loaded.filter((file) => file.includes('@opentelemetry/sdk-metrics'))).not.toEqual([]);
    expect(
      loaded.filter((file) => /@opentelemetry.(sdk-trace|exporter-trace|context-async)/.test(file)),
    ).toEqual([]);
  });

  it('is alive but not ready while what it needs is away, and becomes ready when it comes back', async () => {
    let away = true;
    const onStart = async (): Promise<void> => {
      if (away) throw new Error('the database is away');
    };
    const started = await startService(
      serviceOf({ onStart, groups: [reader(() => {})] }),
      await environment(),
    );
    expect((await fetch(`${started.url}/health`)).status).toBe(200);
    await vi.waitFor(async () =>
      expect((await readiness(started.url)).reasons).toEqual(['not prepared yet: the database is away']),
    );
    away = false;
    await started.ready;
    expect((await readiness(started.url)).status).toBe(200);
    await started.stop();
  });

  it('joins a failed group again, and shows meanwhile that it is not ready', async () => {
    const variables = await environment();
    let broken = true;
    const seen: string[] = [];
    const group: RunOptions = {
      ...reader((text) => {
        if (broken) throw new Error('a bug');
        seen.push(text);
      }),
      retry: { attempts: 1, delay: () => 0 },
      deadLetter: false,
    };
    const started = await startService(serviceOf({ groups: [group] }), variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(letters, ['a']);
    await vi.waitFor(async () => {
      const { status, reasons } = await readiness(started.url);
      expect(status).toBe(503);
      expect(reasons.join()).toContain('a bug');
    });
    broken = false;
    await vi.waitFor(() => expect(seen).toEqual(['a']), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await readiness(started.url)).status).toBe(200));
    await started.stop();
  });

  it('finishes what is in hand when it stops', async () => {
    const variables = await environment();
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const group: RunOptions = {
      group: 'reader',
      mode: 'partitioned',
      delivery: 'at-least-once',
      routes: [
        on(letters, async () => {
          begun.resolve();
          await release.promise;
        }),
      ],
    };
    const started = await startService(serviceOf({ groups: [group] }), variables);
    await started.ready;
    await using streams = await openStreams(`embedded:${variables.DATA_DIR}/streams.db`);
    await streams.publish(letters, ['a']);
    await begun.promise;
    const stopped = started.stop();
    release.resolve();
    await stopped;
    expect(await streams.admin.lag('reader')).toBe(0);
  });

  it('says for good that it cannot start when no waiting helps', async () => {
    const variables = await environment();
    await writeFile(join(variables.DATA_DIR ?? '', 'streams.db'), 'no log '.repeat(1000));
    const started = await startService(serviceOf({}), variables);
    await expect(started.ready).rejects.toMatchObject({ retryable: false });
    await started.stop();
  });
});
