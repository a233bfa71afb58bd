import { describe, test } from 'vitest';
import { type Availability, availabilityOf, type ServiceName } from './services.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was skipped, for the list at the end of a run. */
    skipReason?: string;
  }
}

/**
 * `describe` for tests that need a server. Without it they are skipped and the run says why at its end; when
 * `REQUIRE_SERVICES` names the server (or says `all`) they fail instead.
 *
 *     const withRedis = requireService('redis');
 *     withRedis('the Redis driver', () => { … });
 */
export function requireService(service: ServiceName): (name: string, body: () => void) => void {
  return describeWhen(availabilityOf(service, process.env));
}

export function describeWhen(availability: Availability): (name: string, body: () => void) => void {
  switch (availability.state) {
    case 'available':
      return (name, body) => void describe(name, body);
    case 'skip':
      return (name, body) =>
        void describe(name, { skip: true, meta: { skipReason: availability.reason } }, body);
    case 'fail':
      return (name) =>
        void describe(name, () => {
          test('has the server that REQUIRE_SERVICES names', () => {
            throw new Error(availability.reason);
          });
        });
    default:
      return availability satisfies never;
  }
}
