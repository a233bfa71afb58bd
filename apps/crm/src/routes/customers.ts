import { isStorable, notStorable } from '@millrace/events';
import { type HttpServer, notFound } from '@millrace/service';
import { z } from 'zod';
import type { CustomerStore } from '../adapters/customer-store.ts';
import { lifetimeValue, type Profile } from '../domain/profile.ts';

const params = z.object({ id: z.string().min(1).max(100).refine(isStorable, notStorable) });
const querystring = z.object({
  after: z.string().max(100).refine(isStorable, notStorable).default(''),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** `GET /customers/:id`, `GET /customers?after=&limit=` in pages, `GET /totals` for the report. */
export function addCustomerRoutes(server: HttpServer, customers: CustomerStore): void {
  server.get('/customers/:id', { schema: { params } }, async (request) => {
    const profile = await customers.find(request.params.id);
    if (!profile) throw notFound(`There is no customer ${request.params.id}.`);
    return represent(profile);
  });

  server.get('/customers', { schema: { querystring } }, async (request) => {
    const { after, limit } = request.query;
    const profiles = await customers.page(after, limit);
    const last = profiles.length === limit ? profiles.at(-1) : undefined;
    return { customers: profiles.map(represent), next: last?.customerId ?? null };
  });

  server.get('/totals', () => customers.totals());
}

function represent(profile: Profile): Profile & { readonly lifetimeValuePence: number } {
  return { ...profile, lifetimeValuePence: lifetimeValue(profile) };
}
