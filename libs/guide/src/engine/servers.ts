import type { NodeAddress } from '../native/node-address.ts';

/** Starts servers of a run's own: pictures that kill a server never touch one that somebody else uses. */
export interface GuideServers {
  redis(): Promise<OwnServers>;
  kafka(): Promise<OwnServers>;
  /** Three masters, then the replica of each; `addNode` starts another, empty node. */
  redisCluster(): Promise<OwnServers>;
  /** Three brokers, which are controllers too. */
  kafkaCluster(): Promise<OwnServers>;
}

/** Servers on ports of this machine. Disposing ends them and removes what they stored. */
export interface OwnServers extends AsyncDisposable {
  readonly url: string;
  readonly nodes: readonly ServerNode[];
  readonly addNode?: () => Promise<ServerNode>;
}

/** A cluster that was there before the run and outlives it: it is asked to move things, and none of its servers is killed. */
export interface GivenCluster {
  readonly nodes: readonly NodeAddress[];
}

export interface ServerNode {
  readonly port: number;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay and nothing is replied. */
  pause(): void;
  resume(): void;
  /** Starts it again on its port with what it had stored. */
  start(): Promise<void>;
}
