import { Wait } from 'testcontainers';
import { type ReachOptions, reach } from './reach.ts';
import { container, type ServerContainer, serverContainer } from './server-container.ts';

export interface RedisContainer extends ServerContainer {
  readonly port: number;
  readonly url: string;
}

/** What was acknowledged is on the disk: a killed server loses nothing. */
export const durable: readonly string[] = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];

export async function startRedisContainer(options: ReachOptions = {}): Promise<RedisContainer> {
  const image = await container('redis');
  const port = await reach(image, 6379, options);
  const started = await image
    .withCommand(['redis-server', ...durable])
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
    .start();
  return { ...(await serverContainer(started)), port, url: `redis://127.0.0.1:${port}` };
}
