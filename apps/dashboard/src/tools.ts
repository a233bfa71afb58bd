import { allTopics } from '@millrace/events';
import type { Logger, ServiceContext } from '@millrace/service';
import { openSql, type Sql } from '@millrace/service/sql';
import type { Streams } from '@millrace/streams';
import { auditTopic } from './changes/audit-topic.ts';
import { ChangeLog } from './changes/change-log.ts';
import { RawWriter } from './changes/raw-writer.ts';
import type { DashboardConfig } from './config.ts';
import { Masks } from './messages/mask.ts';
import { History } from './watch/history.ts';
import type { DashboardTables } from './watch/tables.ts';

/** What every page of the dashboard works with. */
export interface Tools {
  readonly sql: Sql<DashboardTables>;
  readonly history: History;
  readonly masks: Masks;
  readonly changes: ChangeLog;
  readonly writer: RawWriter;
}

export interface ToolsOptions {
  readonly config: ServiceContext<DashboardConfig>['config'];
  readonly streams: Streams;
  readonly log: Logger;
  readonly resources: AsyncDisposableStack;
  /** The name of its file in DATA_DIR. Default: `dashboard`. */
  readonly file?: string;
}

export async function openTools({
  config,
  streams,
  log,
  resources,
  file = 'dashboard',
}: ToolsOptions): Promise<Tools> {
  // Its own file, whichever database the other services have: what it keeps is for whoever looks here.
  const sql = resources.use(
    await openSql<DashboardTables>({ service: file, config: { ...config, DATABASE_URL: undefined }, log }),
  );
  return {
    sql,
    history: new History(sql),
    masks: new Masks([...allTopics, auditTopic]),
    changes: new ChangeLog(streams, config.DASHBOARD_WRITE),
    writer: resources.use(new RawWriter(config.STREAMS_URL, config.NAMESPACE)),
  };
}

/** Where a trace can be looked at, with `{id}` for its id. */
export function traceUrlOf({ JAEGER_URL }: DashboardConfig): string | undefined {
  return JAEGER_URL === undefined ? undefined : `${JAEGER_URL.replace(/\/$/, '')}/trace/{id}`;
}
