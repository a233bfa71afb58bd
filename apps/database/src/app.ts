import { allTopics } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { openSql } from '@millrace/service/sql';
import { external, onBatch } from '@millrace/streams';
import { forgetRows } from './adapters/forget-rows.ts';
import { ShopRecord } from './adapters/shop-record.ts';
import { type DatabaseConfig, databaseVariables } from './config.ts';
import { addAppliedRoute } from './routes/applied.ts';
import { addOrderRoute } from './routes/orders.ts';
import { addReportRoute } from './routes/report.ts';
import { allocatedOrderTable } from './tables/allocated-orders.ts';
import { emailTable } from './tables/emails.ts';
import type { ShopTables } from './tables/index.ts';
import { pageViewTable } from './tables/page-views.ts';
import { paymentRequestTable } from './tables/payment-requests.ts';
import { paymentResultTable } from './tables/payment-results.ts';
import { stockAllocationTable } from './tables/stock-allocations.ts';
import { latestLevels, stockLevels } from './tables/stock-levels.ts';

const batch = 500;

/** The shop's record: every payment, order line, stock level, e-mail and page view, exactly once. */
export const database: Service<DatabaseConfig> = service({
  name: 'database',
  port: 4007,
  variables: databaseVariables,
  topics: allTopics,
  define: async ({ config, log, streams, tracing, resources }) => {
    const sql = resources.use(await openSql<ShopTables>({ service: 'database', config, log, tracing }));
    const record = new ShopRecord(sql);
    const allocations = record.recorder(stockAllocationTable, (events) => [
      { inserter: stockLevels, rows: latestLevels(events) },
    ]);
    return {
      onStart: () => record.prepare(),
      readinessProblem: () => sql.problem(),
      groups: [
        {
          group: 'database',
          mode: 'partitioned',
          delivery: external({ load: record.loadPositions }),
          routes: [
            onBatch(paymentRequestTable.topic, batch, record.recorder(paymentRequestTable)),
            onBatch(paymentResultTable.topic, batch, record.recorder(paymentResultTable)),
            onBatch(stockAllocationTable.topic, batch, allocations),
            onBatch(allocatedOrderTable.topic, batch, record.recorder(allocatedOrderTable)),
            onBatch(emailTable.topic, batch, record.recorder(emailTable)),
            onBatch(pageViewTable.topic, batch, record.recorder(pageViewTable)),
          ],
          batch,
        },
      ],
      background: [
        async (signal) => {
          if (config.RECORD_ROWS > 0) await forgetRows(record.db, { kept: config.RECORD_ROWS, log, signal });
        },
      ],
      routes: (server) => {
        addReportRoute(server, record.db, streams);
        addOrderRoute(server, record.db);
        addAppliedRoute(server, record.db);
      },
    };
  },
});
