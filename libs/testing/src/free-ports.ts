import { createServer } from 'node:net';

/** Below what systems give to outgoing connections: none can take a port while its server is being started again. */
const lowest = 12_000;
const highest = 32_000;
/** Workers that run at a time look in places of their own, so that no two find the same port. */
const places = 16;
const width = Math.floor((highest - lowest) / places);
const place = Number(process.env['VITEST_POOL_ID'] ?? process.pid) % places;
let next = Math.floor(Math.random() * width);

/** Ports of the loopback address that nobody listens on now, and that were given to nobody else here for long. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried++) {
    if (tried >= width) throw new Error(`no ${count} free ports in a range of ${width}`);
    const port = lowest + place * width + (next++ % width);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
