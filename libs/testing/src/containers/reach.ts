import type { GenericContainer } from 'testcontainers';
import { freePorts } from '../free-ports.ts';
import type { Toxiproxy } from './toxiproxy.ts';

/** How a server's container is reached. */
export interface ReachOptions {
  /** It is started in this proxy's network and reached through it. */
  readonly behind?: Toxiproxy;
}

/** Makes a port of the container reachable; answers the port of the loopback address that leads to it. */
export async function reach(
  image: GenericContainer,
  inside: number,
  { behind }: ReachOptions,
): Promise<number> {
  if (behind) {
    image.withNetworkMode(`container:${behind.id}`);
    await behind.leadTo(inside);
    return behind.port;
  }
  const [port = 0] = await freePorts(1);
  image.withExposedPorts({ container: inside, host: port });
  return port;
}
