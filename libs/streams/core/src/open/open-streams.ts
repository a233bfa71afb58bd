import { createStreams } from '../create-streams.ts';
import type { Driver } from '../driver.ts';
import { StreamsError, toStreamsError } from '../errors.ts';
import { maskCredentials } from '../mask-credentials.ts';
import { namespaced } from '../namespaced/driver.ts';
import type { Streams } from '../streams.ts';
import { driverPackages, loadDriver, type OpenDriverOptions } from './drivers.ts';
import { schemeOf, streamsUrlProblem } from './url.ts';

export interface OpenStreamsOptions extends OpenDriverOptions {
  /** A prefix for every topic, group and producer, so that several applications share one backend. Default: none. */
  readonly namespace?: string | undefined;
  /** Wraps the driver. Default: `createStreams`. */
  readonly create?: (driver: Driver) => Streams;
}

/**
 * Opens the backend that the URL names, such as `embedded:./streams.db`, `redis://localhost:6379` or
 * `kafka://localhost:9092`. INVALID_ARGUMENT for a URL that no backend has, UNSUPPORTED when the driver's package is not
 * installed. Passwords never appear in an error.
 */
export async function openStreams(url: string, options: OpenStreamsOptions = {}): Promise<Streams> {
  const driver = await openDriver(url, options);
  return options.create ? options.create(driver) : createStreams(driver);
}

/** Opens the driver below `openStreams`, for tools that store records as they are. */
export async function openDriver(
  url: string,
  options: Omit<OpenStreamsOptions, 'create'> = {},
): Promise<Driver> {
  const { namespace, onNotice } = options;
  const driver = await openPlain(url, onNotice ? { onNotice } : {});
  if (onNotice) driver.onNotice(onNotice);
  return namespace === undefined ? driver : namespaced(driver, namespace);
}

async function openPlain(url: string, options: OpenDriverOptions): Promise<Driver> {
  const problem = streamsUrlProblem(url);
  const name = driverPackages[schemeOf(url) ?? ''];
  if (problem !== undefined || name === undefined) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `the streams URL ${JSON.stringify(maskCredentials(url))} ${problem}`,
    );
  }
  try {
    return await (await loadDriver(name))(url, options);
  } catch (error) {
    throw withoutSecrets(toStreamsError(error, 'UNAVAILABLE', 'the backend could not be opened'));
  }
}

function withoutSecrets(error: StreamsError): StreamsError {
  const message = maskCredentials(error.message);
  return message === error.message ? error : new StreamsError(error.code, message);
}
