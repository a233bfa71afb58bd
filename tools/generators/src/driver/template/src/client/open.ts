import { type Driver, type OpenDriver, StreamsError } from '@millrace/streams';
import { Connection } from './connection.ts';
import { ExampleDriver } from './driver.ts';

/** Opens the backend at a URL such as `example://127.0.0.1:4321`. UNAVAILABLE when no server listens there. */
export async function openExample(url: string): Promise<Driver> {
  const connection = new Connection(addressOf(url));
  try {
    await connection.call('topics', {});
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
  return new ExampleDriver(connection);
}

/** What `openStreams` calls. */
export const openDriver: OpenDriver = async (url, options = {}) => {
  const driver = await openExample(url);
  if (options.onNotice) driver.onNotice(options.onNotice);
  return driver;
};

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'example:' || hostname === '' || port === '')
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `${url} names no server: write it as example://127.0.0.1:4321`,
    );
  return { host: hostname, port: Number(port) };
}
