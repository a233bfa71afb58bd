import type { Channel } from '@millrace/events';
import type { Random } from './random.ts';

export interface Visitor {
  /** Undefined for a guest. */
  readonly customerId: string | undefined;
  readonly channel: Channel;
  /** An address out of those reserved for examples (RFC 5737). */
  readonly client: string;
  readonly agent: string;
}

const agents: Readonly<Record<Channel, readonly [string, ...string[]]>> = {
  web: [
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  ],
  mobile: ['MillraceShop/3.2 (iPhone; iOS 18.5)', 'MillraceShop/3.2 (Android 15; Pixel 9)'],
};

/** About forty customers are active at a time; slowly others take their place, so no credit limit ends the trade. */
export function visitorOf(random: Random, visit: number): Visitor {
  const channel = random.chance(0.4) ? 'mobile' : 'web';
  const regular = 12_000 + Math.floor(visit / 100) + random.integer(0, 39);
  return {
    customerId: random.chance(0.75) ? String(regular) : undefined,
    channel,
    client: `203.0.113.${random.integer(1, 254)}`,
    agent: random.pick(agents[channel]),
  };
}
