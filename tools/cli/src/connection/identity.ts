import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Connection } from '../verb.ts';

/**
 * What a backend calls itself, whatever name or address it is reached by: two connections to one server have the same.
 * Undefined where the server does not say.
 */
export async function backendIdentity({ driver, login, namespace }: Connection): Promise<string | undefined> {
  const own = await serverIdentity(driver.name, login);
  return own === undefined ? undefined : [driver.name, own, namespace ?? ''].join(' ');
}

async function serverIdentity(driver: string, login: string): Promise<string | undefined> {
  switch (driver) {
    case 'embedded':
      return await realpath(resolve(login.slice('embedded:'.length).replace(/^\/\/(?=\/)/, '')));
    case 'redis': {
      const { redisRunIds } = await import('../doctor/redis-facts.ts');
      return (await redisRunIds(login)).join(' ');
    }
    case 'kafka': {
      const { kafkaClusterId } = await import('../doctor/kafka-facts.ts');
      return await kafkaClusterId(login);
    }
    default:
      return undefined;
  }
}
