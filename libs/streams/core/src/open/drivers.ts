import type { Driver, Notice } from '../driver.ts';
import { StreamsError } from '../errors.ts';

export interface OpenDriverOptions {
  /** Hears what opening waits for, and every notice of the driver after that. */
  readonly onNotice?: (notice: Notice) => void;
}

/** What a driver's package exports as `openDriver`. */
export type OpenDriver = (url: string, options?: OpenDriverOptions) => Promise<Driver>;

/** The package that serves each scheme of a URL. It is loaded when its scheme is used, and need not be installed before. */
export const driverPackages: Readonly<Record<string, string>> = {
  'embedded:': '@millrace/streams-embedded',
  'redis:': '@millrace/streams-redis',
  'rediss:': '@millrace/streams-redis',
  'redis+cluster:': '@millrace/streams-redis',
  'redis+sentinel:': '@millrace/streams-redis',
  'rediss+cluster:': '@millrace/streams-redis',
  'rediss+sentinel:': '@millrace/streams-redis',
  'kafka:': '@millrace/streams-kafka',
  'kafka+ssl:': '@millrace/streams-kafka',
};

/** Loads the package. UNSUPPORTED, with the command that installs it, when it is not there. */
export async function loadDriver(name: string): Promise<OpenDriver> {
  try {
    const driver: { readonly openDriver: OpenDriver } = await import(name);
    return driver.openDriver;
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new StreamsError(
      'UNSUPPORTED',
      `the package ${name} is not installed; install it with: npm install ${name}`,
      { cause: error },
    );
  }
}

/** Only when the package itself is missing, not one that it needs. */
function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${name}'`)
  );
}

export const embeddedScheme = 'embedded:';

/** The file of an embedded URL: `embedded:./a`, `embedded:/a` or `embedded:///a`. */
export function embeddedFile(url: string): string {
  return url.slice(embeddedScheme.length).replace(/^\/\/(?=\/)/, '');
}
