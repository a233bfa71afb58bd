import { allTopics } from '@millrace/events';
import { cardKey, type HttpServer, type Service, service } from '@millrace/service';
import { AccessLog } from './adapters/access-log.ts';
import { OrderDesk } from './adapters/order-desk.ts';
import { RequestNames } from './adapters/request-names.ts';
import { sendShopper } from './adapters/shopper.ts';
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
  parts: ({ config, streams, log }) => {
    const accessLog = new AccessLog(streams, log);
    const desk = new OrderDesk(streams, cardKey('storefront', config));
    const names = new RequestNames();
    const { promise: server, resolve: serverBuilt } = Promise.withResolvers<HttpServer>();
    return {
      routes: (http) => {
        logRequests(http, accessLog);
        addProductRoutes(http);
        addOrderRoute(http, desk, names);
        addRefundRoute(http, desk, names);
        addStockRoute(http, desk, names);
        serverBuilt(http);
      },
      background: [
        (signal) => accessLog.run(signal),
        async (signal) => {
          if (config.SHOPPER) await sendShopper(await server, { config, log, signal });
        },
      ],
      drain: () => accessLog.flush(),
    };
  },
});
