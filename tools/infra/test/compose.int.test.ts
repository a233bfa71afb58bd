import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openStreams } from '@millrace/service';
import { topic } from '@millrace/streams';
import { freePorts, requireService } from '@millrace/testing';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { stacks } from '../src/stacks.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../src/main.ts');
const file = join(import.meta.dirname, '../../../infra/compose/compose.yaml');

const config = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      network_mode: z.string().optional(),
      ports: z.array(z.object({ host_ip: z.string().optional() })).default([]),
      volumes: z.array(z.object({ type: z.string() })).default([]),
      healthcheck: z.unknown().optional(),
    }),
  ),
});

/** Their images hold nothing but one program, which no health check could be run with. */
const withoutHealthCheck = ['collector', 'jaeger'];
const wordings = z.object({ text: z.string() });
const greetings = topic('greetings', { schema: wordings, key: (event) => event.text });

requireService('docker')('the compose files', () => {
  describe('as docker compose reads them', () => {
    let services: z.infer<typeof config>['services'];
    beforeAll(() => {
      const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
      const text = execFileSync('docker', ['compose', '--file', file, 'config', '--format', 'json'], {
        env: environment,
      });
      ({ services } = config.parse(JSON.parse(text.toString())));
    });

    it('hold what the stacks name, and nothing else', () => {
      const named = new Set(stacks.flatMap((stack) => stack.services));
      expect(Object.keys(services).toSorted()).toEqual([...named].toSorted());
    });

    it('are reached from this machine alone', () => {
      const ports = Object.values(services).flatMap((service) => service.ports);
      expect(ports.length).toBeGreaterThan(0);
      for (const port of ports) expect(port.host_ip).toBe('127.0.0.1');
    });

    it('pin every image', () => {
      for (const { image } of Object.values(services)) {
        expect(image).toMatch(/:v?\d+\.\d+/);
      }
    });

    it('say when a server is healthy', () => {
      const without = Object.keys(services).filter((name) => services[name]?.healthcheck === undefined);
      expect(without.toSorted()).toEqual(withoutHealthCheck);
    });

    it('are at the addresses that the shop is told', () => {
      const names = stacks.flatMap((stack) => Object.keys(stack.variables({})));
      expect(new Set(names)).toEqual(
        new Set(['STREAMS_URL', 'DATABASE_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'SMTP_URL']),
      );
    });
  });

  it('start Redis, Kafka and Jaeger, say how to reach them, and leave nothing behind', {
    timeout: 180_000,
  }, async () => {
    const [redis, kafka, jaeger, otlp] = await freePorts(4);
    const project = `millrace-test-${process.pid}`;
    const env = {
      ...process.env,
      INFRA_PROJECT: project,
      REDIS_PORT: String(redis),
      KAFKA_PORT: String(kafka),
      JAEGER_PORT: String(jaeger),
      JAEGER_OTLP_PORT: String(otlp),
    };
    const infra = (...parameters: string[]): Promise<{ stdout: string }> =>
      run(process.execPath, [main, ...parameters], { env });
    try {
      const { stdout } = await infra('up', 'redis', 'kafka', 'jaeger');
      const urls = [...stdout.matchAll(/export STREAMS_URL=(\S+)/g)].map(([, url]) => url ?? '');
      expect(urls).toEqual([`redis://127.0.0.1:${redis}`, `kafka://127.0.0.1:${kafka}`]);
      for (const url of urls) await sayHello(url);
      expect(stdout).toContain(`export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${otlp}`);
      await vi.waitFor(async () => {
        expect((await fetch(`http://127.0.0.1:${jaeger}/api/services`)).status).toBe(200);
      }, 20_000);
      expect((await infra('status')).stdout).toMatch(/\(healthy\)[\s\S]*\(healthy\)/);
      await infra('down', 'redis');
      expect((await infra('status')).stdout).not.toContain('redis');
    } finally {
      await infra('down', '--volumes');
    }
    for (const kind of ['container', 'volume', 'network']) {
      const filter = `label=com.docker.compose.project=${project}`;
      const all = kind === 'container' ? ['--all'] : [];
      const { stdout } = await run('docker', [kind, 'ls', ...all, '--quiet', '--filter', filter]);
      expect(stdout, kind).toBe('');
    }
  });
});

async function sayHello(url: string): Promise<void> {
  await using streams = await openStreams(url);
  await streams.admin.ensureTopics([{ name: greetings.name, partitions: 1 }]);
  await streams.publish(greetings, [{ text: 'hello' }]);
  for await (const { value } of streams.read(greetings, { limit: 1 })) expect(value.text).toBe('hello');
}
