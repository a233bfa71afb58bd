import type { HttpServer } from '@millrace/service';
import type { Streams } from '@millrace/streams';
import type { Kysely } from 'kysely';
import { deliveryFigures } from '../report/delivery.ts';
import { emailFigures } from '../report/emails.ts';
import { endToEndFigures } from '../report/end-to-end.ts';
import { inventoryFigures } from '../report/inventory.ts';
import { paymentFigures } from '../report/payments.ts';
import { webserverFigures } from '../report/webserver.ts';
import type { ShopTables } from '../tables/index.ts';

/** `GET /report`: the figures that can be read from this store. Those of the CRM are at the CRM's `GET /totals`. */
export function addReportRoute(server: HttpServer, db: Kysely<ShopTables>, streams: Streams): void {
  server.get('/report', async () => ({
    backend: streams.backend,
    payments: await paymentFigures(db),
    inventory: await inventoryFigures(db),
    emails: await emailFigures(db),
    webserver: await webserverFigures(db, streams),
    delivery: await deliveryFigures(db, streams),
    endToEndMs: await endToEndFigures(db),
  }));
}
