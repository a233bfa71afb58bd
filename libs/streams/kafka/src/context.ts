import type { Notice } from '@millrace/streams';
import type { TopicDefaults } from './catalog/topic-defaults.ts';
import type { Cluster } from './client/cluster.ts';
import type { Connections } from './client/connections.ts';
import type { SpareConnections } from './client/spare-connections.ts';
import type { Compression } from './wire/compression.ts';

/** What the parts of a driver share. */
export interface Context {
  readonly cluster: Cluster;
  /** For what is asked now and then; nothing that waits long. */
  readonly connections: Connections;
  /** For what a broker may sit on: whatever makes it ask the coordinators of share groups' state. */
  readonly spare: SpareConnections;
  readonly compression: Compression;
  readonly topics: TopicDefaults;
  readonly notify: (notice: Notice) => void;
}
