import { allTopics, inventoryResults, paymentResults } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { openSql } from '@millrace/service/sql';
import { external, onBatch } from '@millrace/streams';
import { CustomerStore } from './adapters/customer-store.ts';
import type { CustomerTables } from './adapters/migrations.ts';
import { type CrmConfig, crmVariables } from './config.ts';
import { profileKeeper } from './handlers/results.ts';
import { addCustomerRoutes } from './routes/customers.ts';

const batch = 1_000;

/** Keeps a profile of every named customer, in SQL and in step with the positions it has reached. */
export const crm: Service<CrmConfig> = service({
  name: 'crm',
  port: 4006,
  variables: crmVariables,
  topics: allTopics,
  define: async ({ config, log, tracing, resources }) => {
    const sql = resources.use(await openSql<CustomerTables>({ service: 'crm', config, log, tracing }));
    const customers = new CustomerStore(sql);
    const keepProfiles = profileKeeper(customers);
    return {
      onStart: () => customers.prepare(),
      readinessProblem: () => sql.problem(),
      groups: [
        {
          group: 'crm',
          mode: 'partitioned',
          delivery: external({ load: customers.loadPositions }),
          routes: [
            onBatch(paymentResults, batch, keepProfiles),
            onBatch(inventoryResults, batch, keepProfiles),
          ],
          batch,
        },
      ],
      routes: (server) => addCustomerRoutes(server, customers),
    };
  },
});
