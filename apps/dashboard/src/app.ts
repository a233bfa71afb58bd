import { resolve } from 'node:path';
import { allTopics } from '@millrace/events';
import { type Environment, type Service, service, workspaceRoot } from '@millrace/service';
import { external } from '@millrace/streams';
import { Checkpoint } from './adapters/checkpoint.ts';
import { overviewOf } from './adapters/overview.ts';
import { PositionsInMemory } from './adapters/positions-in-memory.ts';
import { recheckFindings } from './adapters/recheck-findings.ts';
import { type DashboardConfig, dashboardVariables } from './config.ts';
import { Auditor } from './domain/audit/auditor.ts';
import { Totals } from './domain/totals.ts';
import { BreakIt } from './faults/break-it.ts';
import { ShopProcesses } from './faults/shop-processes.ts';
import { guideBackends } from './guide/guide-backends.ts';
import { addGuideRoutes } from './guide/routes.ts';
import { observedTopics } from './handlers/observe.ts';
import { broadcast } from './live/broadcast.ts';
import { EventHub } from './live/event-hub.ts';
import { FlowCounter } from './live/flow.ts';
import { shopFigures } from './live/shop-figures.ts';
import { OrderIndex } from './orders/order-index.ts';
import { addCompareRoutes } from './routes/compare.ts';
import { addFaultRoutes } from './routes/faults.ts';
import { addGroupRoutes } from './routes/groups.ts';
import { guard } from './routes/guard.ts';
import { addLiveRoutes } from './routes/live.ts';
import { addOrderRoutes } from './routes/orders.ts';
import { addPageRoutes } from './routes/page.ts';
import { addTopicRoutes } from './routes/topics.ts';
import { openTools, traceUrlOf } from './tools.ts';
import { prepareTables } from './watch/tables.ts';
import { Watcher } from './watch/watcher.ts';

const batch = 1_000;

/** The shop live, and a look into any of its streams. `environment` says which processes belong to the shop. */
export function dashboardOf(environment: Environment): Service<DashboardConfig> {
  return service({
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
      const name = `${own} ${config.NAMESPACE ?? ''} ${config.STREAMS_URL}`;
      const checkpoint = new Checkpoint({ sql, writer, name, positions, totals, auditor });
      const index = new OrderIndex(sql);
      const processes = resources.use(new ShopProcesses(environment));
      const watcher = new Watcher(streams);
      const breakIt = new BreakIt(
        {
          processes,
          streams,
          writer,
          logFile: logFileOf(config.STREAMS_URL),
          leaseMs: config.LEASE_MS,
          signal: stopping,
        },
        { watcher, writable: changes.writable },
      );
      return {
        groups: [
          {
            group: own,
            mode: 'partitioned',
            delivery: external({ load: positions.load }),
            routes: observedTopics({ positions, totals, auditor, flow, index }, batch),
            batch,
          },
        ],
        // A group none of whose members is there has nobody else to tell of its backlog.
        measuredGroups: (admin) => admin.groups(),
        onStart: async () => {
          await prepareTables(sql);
          await checkpoint.load(streams);
        },
        onStop: () => checkpoint.save(),
        background: [
          (signal) => checkpoint.saveNowAndThen(log, signal),
          (signal) => recheckFindings({ streams, auditor, log }, signal),
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
                shop: {
                  figures: (watched, now) => shopFigures(watched, { totals, auditor, own, now }),
                  isUnderWay: (before) => auditor.isUnderWay(before),
                  breakIt,
                  index,
                },
              },
              signal,
            ),
        ],
        routes: async (server) => {
          guard(server, config.DASHBOARD_TOKEN);
          addLiveRoutes(server, () => overviewOf(streams, totals), hub);
          addTopicRoutes(server, { streams, masks, history, stopping, traceUrl: traceUrlOf(config) });
          addGroupRoutes(server, { streams, sql, masks, writer, history, changes });
          addFaultRoutes(server, breakIt, changes);
          addOrderRoutes(server, { streams, masks, index, traceUrl: traceUrlOf(config) });
          addGuideRoutes(server, {
            backends: guideBackends(config.STREAMS_URL, config.GUIDE_BACKENDS),
            writable: config.DASHBOARD_WRITE,
            stopping,
          });
          addCompareRoutes(server, resolve(workspaceRoot(), config.COMPARE_DIR));
          await addPageRoutes(server);
        },
        onReady: (url) => console.log(`Millrace shop: ${url}`),
      };
    },
  });
}

function logFileOf(url: string): string | undefined {
  return url.startsWith('embedded:') ? url.slice('embedded:'.length) : undefined;
}
