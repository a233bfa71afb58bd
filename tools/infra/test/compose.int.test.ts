import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { requireService } from '@millrace/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stacks } from '../src/stacks.ts';

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
});
