import { hostname } from 'node:os';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import { type ImageName, imageOf } from './images.ts';
import { removeOrphans } from './orphans.ts';

/** A server in a container, reached at ports of the loopback address that stay the same when it is started again. */
export interface ServerContainer extends AsyncDisposable {
  readonly id: string;
  /** Everything in it stops where it is; connections stay and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** SIGKILL; its data stays. */
  kill(): Promise<void>;
  /** Starts it again, with what it had stored. */
  start(): Promise<void>;
}

/** The image, with labels by which tests' containers are found. Those of test processes that were killed are removed. */
export async function container(image: ImageName): Promise<GenericContainer> {
  await removeOrphans();
  return new GenericContainer(imageOf(image)).withLabels({
    'org.millrace.test': 'true',
    'org.millrace.owner': `${hostname()}/${process.pid}`,
  });
}

export async function serverContainer(started: StartedTestContainer): Promise<ServerContainer> {
  const client = await getContainerRuntimeClient();
  const docker = client.container.getById(started.getId());
  return {
    id: started.getId(),
    pause: async () => void (await docker.pause()),
    resume: async () => void (await docker.unpause()),
    kill: async () => {
      await docker.kill();
      await docker.wait();
    },
    start: async () => void (await docker.start()),
    // With its volumes, which `stop` would leave.
    [Symbol.asyncDispose]: async () => void (await docker.remove({ force: true, v: true })),
  };
}
