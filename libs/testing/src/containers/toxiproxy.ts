import { Wait } from 'testcontainers';
import { freePorts } from '../free-ports.ts';
import { container, serverContainer } from './server-container.ts';

/** Toxiproxy, and the network of a server that is started behind it: one that fails as it is told. */
export interface Toxiproxy extends AsyncDisposable {
  readonly id: string;
  /** Where clients reach the server that is behind it. */
  readonly port: number;
  /** Says at which port the server listens. */
  leadTo(serverPort: number): Promise<void>;
  /** Cuts all connections and refuses new ones. */
  cut(): Promise<void>;
  /** Lets connections through again. */
  mend(): Promise<void>;
  /** Every answer takes so many milliseconds longer from now on. */
  slowDown(milliseconds: number): Promise<void>;
  /** Answers take their usual time again. */
  speedUp(): Promise<void>;
}

const apiPort = 8474;
const proxy = '/proxies/server';

export async function startToxiproxy(): Promise<Toxiproxy> {
  const [port = 0, api = 0] = await freePorts(2);
  const image = await container('toxiproxy');
  const started = await image
    .withExposedPorts({ container: apiPort, host: api }, { container: port, host: port })
    .withWaitStrategy(Wait.forHttp('/version', apiPort))
    .start();
  const ask = (method: string, path: string, body?: object): Promise<void> =>
    request(`http://127.0.0.1:${api}${path}`, method, body);
  const { id, [Symbol.asyncDispose]: dispose } = await serverContainer(started);
  return {
    id,
    port,
    leadTo: (serverPort) =>
      ask('POST', '/proxies', {
        name: 'server',
        listen: `0.0.0.0:${port}`,
        upstream: `127.0.0.1:${serverPort}`,
        enabled: true,
      }),
    cut: () => ask('POST', proxy, { enabled: false }),
    mend: () => ask('POST', proxy, { enabled: true }),
    slowDown: (latency) =>
      ask('POST', `${proxy}/toxics`, {
        name: 'slow',
        type: 'latency',
        stream: 'downstream',
        attributes: { latency },
      }),
    speedUp: () => ask('DELETE', `${proxy}/toxics/slow`),
    [Symbol.asyncDispose]: dispose,
  };
}

async function request(url: string, method: string, body?: object): Promise<void> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`Toxiproxy: ${method} ${url}: ${response.status} ${await response.text()}`);
}
