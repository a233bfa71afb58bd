import type { Admin, Notice, RunOptions, Streams, TopicSpec } from '@millrace/streams';
import type { Metrics, Tracing } from '@millrace/streams-telemetry';
import type { z } from 'zod';
import type { SharedConfig } from './config/shared.ts';
import type { HttpServer } from './http/server.ts';
import type { Logger } from './logging/logger.ts';

/** Everything that makes a service; `startService` and `runService` bring it to life. */
export interface Service<Own> {
  readonly name: string;
  /** The port when PORT is not set. */
  readonly port: number;
  /** Its own environment variables; the shared ones come by themselves. */
  readonly variables: z.ZodType<Own>;
  /** Topics that must exist before any group joins. */
  readonly topics: readonly Pick<TopicSpec, 'name' | 'retention'>[];
  readonly define: (context: ServiceContext<Own>) => ServiceDefinition | Promise<ServiceDefinition>;
}

/** What a service is given to define itself with. */
export interface ServiceContext<Own> {
  readonly config: SharedConfig & Own;
  readonly log: Logger;
  /** Usable at once; until the backend is reached everything throws UNAVAILABLE. */
  readonly streams: Streams;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Aborts when the service begins to stop. */
  readonly stopping: AbortSignal;
  /** Closed last, after HTTP, groups and streams. */
  readonly resources: AsyncDisposableStack;
}

/** What a service does. */
export interface ServiceDefinition {
  /** Groups that it is a member of; each is restarted when it fails. */
  readonly groups?: readonly RunOptions[];
  /** Groups whose backlog its metrics tell; its own unless this is given. */
  readonly measuredGroups?: (admin: Admin) => Promise<readonly string[]>;
  /** Hears what the backend's driver warns of, which is logged in any case. */
  readonly onNotice?: (notice: Notice) => void;
  readonly routes?: (server: HttpServer) => void | Promise<void>;
  /** Done before the groups join and repeated until it works: migrations, connections. */
  readonly onStart?: () => Promise<void>;
  /** Work beside the groups, begun when the streams can be used; it ends once the signal aborts. */
  readonly background?: readonly BackgroundTask[];
  /** A reason of its own why it cannot work now. */
  readonly readinessProblem?: () => string | undefined;
  /** Called once, when everything is ready. */
  readonly onReady?: (url: string) => void;
  /** The last act that still has streams, after HTTP and groups have stopped. */
  readonly onStop?: () => Promise<void>;
}

export type BackgroundTask = (signal: AbortSignal) => Promise<void>;

/** Declares a service. */
export function service<Own>(definition: Service<Own>): Service<Own> {
  return definition;
}
