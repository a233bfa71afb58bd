import { allTopics } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { external } from '@millrace/streams';
import { overviewOf } from './adapters/overview.ts';
import { PositionsInMemory } from './adapters/positions-in-memory.ts';
import { type DashboardConfig, dashboardVariables } from './config.ts';
import { Auditor } from './domain/audit/auditor.ts';
import { Totals } from './domain/totals.ts';
import { addGuideRoutes } from './guide/routes.ts';
import { observedTopics } from './handlers/observe.ts';
import { broadcast } from './live/broadcast.ts';
import { EventHub } from './live/event-hub.ts';
import { FlowCounter } from './live/flow.ts';
import { shopFigures } from './live/shop-figures.ts';
import { addGroupRoutes } from './routes/groups.ts';
import { guard } from './routes/guard.ts';
import { addLiveRoutes } from './routes/live.ts';
import { addPageRoutes } from './routes/page.ts';
import { addTopicRoutes } from './routes/topics.ts';
import { openTools } from './tools.ts';
import { prepareTables } from './watch/tables.ts';
import { Watcher } from './watch/watcher.ts';

const batch = 1_000;

/** A live picture of the shop. It counts again from the beginning of the streams at every start, and only ever reads. */
export const dashboard: Service<DashboardConfig> = service({
  name: 'dashboard',
  port: 4000,
  variables: dashboardVariables,
  topics: allTopics,
  define: async ({ config, streams, log, stopping, resources }) => {
    const own = config.DASHBOARD_GROUP;
    const { sql, history, masks, changes, writer } = await openTools({ config, streams, log, resources });
    const totals = new Totals();
    const auditor = new Auditor();
    const flow = new FlowCounter();
    const positions = new PositionsInMemory();
    const hub = new EventHub();
    const watcher = new Watcher(streams);
    return {
      groups: [
        {
          group: own,
          mode: 'partitioned',
          delivery: external({ load: positions.load }),
          routes: observedTopics({ positions, totals, auditor, flow }, batch),
          batch,
        },
      ],
      // A group none of whose members is there has nobody else to tell of its backlog.
      measuredGroups: (admin) => admin.groups(),
      onStart: () => prepareTables(sql),
      background: [
        (signal) =>
          broadcast(
            {
              streams,
              watcher,
              flow,
              hub,
              history,
              writable: changes.writable,
              log,
              shop: (watched, now) => shopFigures(watched, { totals, auditor, own, now }),
            },
            signal,
          ),
      ],
      routes: async (server) => {
        guard(server, config.DASHBOARD_TOKEN);
        addLiveRoutes(server, () => overviewOf(streams, totals), hub);
        addTopicRoutes(server, { streams, masks, history, stopping, traceUrl: traceUrlOf(config) });
        addGroupRoutes(server, { streams, sql, masks, writer, history, changes });
        addGuideRoutes(server, { url: config.STREAMS_URL, writable: config.DASHBOARD_WRITE, stopping });
        await addPageRoutes(server);
      },
      onReady: (url) => console.log(`Millrace shop: ${url}`),
    };
  },
});

function traceUrlOf({ JAEGER_URL }: DashboardConfig): string | undefined {
  return JAEGER_URL === undefined ? undefined : `${JAEGER_URL.replace(/\/$/, '')}/trace/{id}`;
}
