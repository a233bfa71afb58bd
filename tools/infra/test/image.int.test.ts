import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, requireService } from '@millrace/testing';
import { beforeAll, expect, it, vi } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const image = 'millrace/shop:test';
const label = ['--label', 'org.millrace.test=true'];

async function docker(...parameters: string[]): Promise<string> {
  return (await run('docker', parameters, { env: { ...process.env, DOCKER_BUILDKIT: '0' } })).stdout.trim();
}

requireService('docker')('the image of the services', () => {
  beforeAll(async () => {
    const node = process.env['NODE_IMAGE'];
    const base = node ? ['--build-arg', `NODE_IMAGE=${node}`] : [];
    const file = join(root, 'infra/docker/Dockerfile');
    await docker('build', '--network', 'host', ...base, '--file', file, '--tag', image, root);
  }, 240_000);

  it('runs the service it is told, as nobody in particular, and ends it gracefully', async () => {
    const [port = 0] = await freePorts(1);
    const published = ['--publish', `127.0.0.1:${port}:8080`];
    const name = await docker('run', '--detach', '--read-only', ...label, ...published, image, 'payment');
    try {
      await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200), {
        timeout: 30_000,
      });
      expect(await docker('exec', name, 'id', '-u')).toBe('1000');
      await docker('exec', name, 'node', '/usr/local/bin/healthy.js');
      await docker('stop', '--time', '20', name);
      expect(await docker('inspect', '--format', '{{.State.ExitCode}}', name)).toBe('0');
      expect(await docker('logs', name)).toContain('"msg":"stopped"');
    } finally {
      await docker('rm', '--force', '--volumes', name);
    }
  });

  it('has nothing that only development needs', async () => {
    const inside = await docker('run', '--rm', ...label, '--entrypoint', 'ls', image, 'node_modules', 'apps');
    expect(inside).toContain('fastify');
    expect(inside).not.toMatch(/vitest|typescript|testcontainers|shop-e2e/);
  });

  it('names the services when it is told none', async () => {
    await expect(docker('run', '--rm', ...label, image, 'nonsense')).rejects.toThrow(
      /one of: crm .*webserver/,
    );
  });
});
