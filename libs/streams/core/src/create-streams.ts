import type { Driver } from './driver.ts';
import type { Streams } from './streams.ts';

/** The public API over a driver. Closing it closes the driver. */
export function createStreams(driver: Driver): Streams {
  throw new Error(`not there yet: ${driver.name}`);
}
