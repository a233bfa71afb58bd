import { allTopics } from '@millrace/events';
import { cardKey, type HttpServer, type Service, service } from '@millrace/service';
import { openSql } from '@millrace/service/sql';
import { AccessLog } from './adapters/access-log.ts';
import { IdempotencyKeys } from './adapters/idempotency-keys.ts';
import type { StorefrontTables } from './adapters/migrations.ts';
import { OrderService } from './adapters/order-service.ts';
import { sendShopper } from './adapters/shopper.ts';
import { sendSuppliers } from './adapters/supplier.ts';
import { type StorefrontConfig, storefrontVariables } from './config.ts';
import { logRequests } from './routes/log-requests.ts';
import { addOrderRoute } from './routes/orders.ts';
import { addProductRoutes } from './routes/products.ts';
import { addRefundRoute } from './routes/refunds.ts';
import { addStockRoute } from './routes/stock.ts';

/** Takes orders, refunds and stock over HTTP, answers once the events are stored, and logs each request as an event. */
export const storefront: Service<StorefrontConfig> = service({
  name: 'storefront',
  port: 4001,
  variables: storefrontVariables,
  topics: allTopics,
  define: async ({ config, streams, log, tracing, resources }) => {
    const accessLog = new AccessLog(streams, log);
    const key = cardKey('storefront', config);
    const orders = new OrderService(streams, key);
    const sql = resources.use(
      await openSql<StorefrontTables>({ service: 'storefront', config, log, tracing, durable: true }),
    );
    const keys = new IdempotencyKeys(sql, key);
    const { promise: server, resolve: serverBuilt } = Promise.withResolvers<HttpServer>();
    return {
      onStart: () => keys.prepare(),
      readinessProblem: () => sql.problem(),
      routes: (http) => {
        logRequests(http, accessLog);
        addProductRoutes(http);
        addOrderRoute(http, orders, keys);
        addRefundRoute(http, orders, keys);
        addStockRoute(http, orders, keys);
        serverBuilt(http);
      },
      background: [
        (signal) => accessLog.run(signal),
        (signal) => keys.prune(signal, log),
        async (signal) => {
          if (config.SHOPPER) await sendShopper(await server, { config, log, signal });
        },
        async (signal) => {
          if (config.SHOPPER) await sendSuppliers(await server, { config, streams, log, signal });
        },
      ],
      onStop: () => accessLog.flush(),
    };
  },
});
