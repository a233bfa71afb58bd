import { type HttpServer, notFound } from '@millrace/service';
import { z } from 'zod';
import { catalogue, productOf } from '../domain/catalogue.ts';

const params = z.object({ sku: z.string().max(20) });
const querystring = z.object({ q: z.string().max(100).default('') });

/** What the shop sells: `GET /`, `GET /products`, `GET /products/:sku`, `GET /search?q=`. */
export function addProductRoutes(server: HttpServer): void {
  const all = { products: catalogue };
  server.get('/', () => all);
  server.get('/products', () => all);
  server.get('/products/:sku', { schema: { params } }, async (request) => {
    const product = productOf(request.params.sku.toUpperCase());
    if (!product) throw notFound(`There is no product ${request.params.sku}.`);
    return product;
  });
  server.get('/search', { schema: { querystring } }, (request) => {
    const wanted = request.query.q.toLowerCase();
    return { products: catalogue.filter((product) => product.name.toLowerCase().includes(wanted)) };
  });
}
