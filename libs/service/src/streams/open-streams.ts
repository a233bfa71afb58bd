import {
  createStreams,
  type Driver,
  type Notice,
  type Streams,
  StreamsError,
  toStreamsError,
} from '@millrace/streams';
import { maskSecrets } from '../logging/secrets.ts';
import { driverLoaders } from './drivers.ts';
import { namespaced } from './namespaced/driver.ts';
import { schemeOf, streamsUrlProblem } from './url.ts';

export interface OpenStreamsOptions {
  /** A prefix for every topic, group and producer, so that several shops share one backend. */
  readonly namespace?: string | undefined;
  readonly onNotice?: (notice: Notice) => void;
  /** What is made of the driver; `createStreams` unless told otherwise. */
  readonly create?: (driver: Driver) => Streams;
}

/** Opens the backend that the URL names. INVALID_ARGUMENT for a URL no backend has; passwords never appear in an error. */
export async function openStreams(url: string, options: OpenStreamsOptions = {}): Promise<Streams> {
  const driver = await openDriver(url, options.onNotice);
  if (options.onNotice) driver.onNotice(options.onNotice);
  const named = options.namespace === undefined ? driver : namespaced(driver, options.namespace);
  return options.create ? options.create(named) : createStreams(named);
}

async function openDriver(url: string, onNotice: OpenStreamsOptions['onNotice']): Promise<Driver> {
  const problem = streamsUrlProblem(url);
  const load = driverLoaders[schemeOf(url) ?? ''];
  if (problem !== undefined || load === undefined) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `the streams URL ${JSON.stringify(maskSecrets(url))} ${problem}`,
    );
  }
  try {
    return await load(url, onNotice);
  } catch (error) {
    throw withoutSecrets(toStreamsError(error, 'UNAVAILABLE', 'the backend could not be opened'));
  }
}

function withoutSecrets(error: StreamsError): StreamsError {
  const message = maskSecrets(error.message);
  return message === error.message ? error : new StreamsError(error.code, message);
}
