import { freePorts } from '../free-ports.ts';
import { type KafkaNode, startNode } from './node.ts';

export interface KafkaServerOptions {
  readonly port?: number;
  /** Where clients are told to connect to, when something stands between. */
  readonly advertisedPort?: number;
  /** In a process group of its own: see `launchServer`. Default: false. */
  readonly detached?: boolean;
  /** Further lines of server.properties, by name. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Further arguments of the tool that formats the broker's folder, such as `--add-scram …`. */
  readonly formatting?: readonly string[];
}

/** A lone broker of this machine, which is its own controller, on ports and in a folder of its own. */
export interface KafkaServer extends KafkaNode {
  readonly url: string;
}

export async function startKafka(options: KafkaServerOptions = {}): Promise<KafkaServer> {
  const [free = 0, controller = 0, internal = 0] = await freePorts(3);
  const { port = free, advertisedPort = port, properties = {}, formatting = [], detached = false } = options;
  const controllers = [{ id: 1, port: controller }];
  const node = await startNode({
    id: 1,
    port,
    advertisedPort,
    internal,
    controllers,
    properties,
    formatting,
    detached,
  });
  return { ...node, url: `kafka://127.0.0.1:${port}` };
}
