import { Wait } from 'testcontainers';
import { reach } from './reach.ts';
import { container, type ServerContainer, serverContainer } from './server-container.ts';

export interface PostgresContainer extends ServerContainer {
  readonly url: string;
}

const password = 'for-tests-only';

export async function startPostgresContainer(): Promise<PostgresContainer> {
  const image = await container('postgres');
  const port = await reach(image, 5432, {});
  const started = await image
    .withEnvironment({ POSTGRES_USER: 'shop', POSTGRES_PASSWORD: password, POSTGRES_DB: 'shop' })
    // The first start makes the database by a server that listens to nobody, and says so as well.
    .withWaitStrategy(Wait.forLogMessage('database system is ready to accept connections', 2))
    .start();
  return {
    ...(await serverContainer(started)),
    url: `postgres://shop:${password}@127.0.0.1:${port}/shop`,
  };
}
