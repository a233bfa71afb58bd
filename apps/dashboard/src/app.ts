import { allTopics, inventoryResults, pageViews, paymentResults } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { external, onBatch } from '@millrace/streams';
import { LiveFeed } from './adapters/live-feed.ts';
import { overviewOf } from './adapters/overview.ts';
import { PositionsInMemory } from './adapters/positions-in-memory.ts';
import { type DashboardConfig, dashboardVariables } from './config.ts';
import { Totals } from './domain/totals.ts';
import { counter } from './handlers/counter.ts';
import { guard } from './routes/guard.ts';
import { addLiveRoutes } from './routes/live.ts';
import { addPageRoutes } from './routes/page.ts';

const batch = 1_000;

/** A live picture of the shop. It counts anew from the beginning of the streams at every start, and only ever reads. */
export const dashboard: Service<DashboardConfig> = service({
  name: 'dashboard',
  port: 4000,
  variables: dashboardVariables,
  topics: allTopics,
  parts: ({ config, streams, log, stopping }) => {
    const totals = new Totals();
    const positions = new PositionsInMemory();
    const overview = () => overviewOf(streams, totals);
    const feed = new LiveFeed(overview, { log, stopping });
    return {
      groups: [
        {
          group: config.DASHBOARD_GROUP,
          mode: 'partitioned',
          delivery: external({ load: positions.load }),
          routes: [
            onBatch(
              paymentResults,
              batch,
              counter(positions, (event) => totals.addPayment(event)),
            ),
            onBatch(
              inventoryResults,
              batch,
              counter(positions, () => totals.addAllocatedOrder()),
            ),
            onBatch(
              pageViews,
              batch,
              counter(positions, (event) => totals.addPageView(event)),
            ),
          ],
          batch,
        },
      ],
      // A group none of whose members is there has nobody else to tell of its backlog.
      measuredGroups: (admin) => admin.groups(),
      routes: async (server) => {
        guard(server, config.DASHBOARD_TOKEN);
        addLiveRoutes(server, overview, feed);
        await addPageRoutes(server);
      },
      onReady: (url) => console.log(`Millrace shop: ${url}`),
    };
  },
});
