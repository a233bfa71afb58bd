import type { BackendKind, GuideCommand } from '../events.ts';
import { tapKafkaRequests } from '../native/kafka-requests.ts';
import { RedisMonitor } from '../native/redis-monitor.ts';

/** The commands that really went to the server, collected for each step. */
export interface CommandLog extends AsyncDisposable {
  /** Of Kafka: requests that a consumer's process reports. */
  readonly hear: (request: string) => void;
  take(): Promise<readonly GuideCommand[]>;
  /** Hears nothing of what is done meanwhile, where hearing is dear. */
  unheard(body: () => Promise<void>): Promise<void>;
}

export async function openCommandLog(
  backend: BackendKind,
  url: string,
  namespace: string,
): Promise<CommandLog> {
  switch (backend) {
    case 'redis':
      return redisLog(await RedisMonitor.open(url, namespace));
    case 'kafka':
      return kafkaLog();
    case 'embedded':
      return {
        hear: () => undefined,
        take: async () => [],
        unheard: (body) => body(),
        [Symbol.asyncDispose]: async () => undefined,
      };
    default:
      return backend satisfies never;
  }
}

function redisLog(monitor: RedisMonitor): CommandLog {
  return {
    hear: () => undefined,
    take: async () => (await monitor.take()).map((command) => ({ ...command, source: 'sent' }) as const),
    unheard: (body) => monitor.unheard(body),
    [Symbol.asyncDispose]: () => monitor[Symbol.asyncDispose](),
  };
}

/** Requests come in no order that would say more than their counts. */
function kafkaLog(): CommandLog {
  let counts = new Map<string, number>();
  const hear = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  const stop = tapKafkaRequests(hear);
  return {
    hear,
    take: async () => {
      const taken = [...counts].map(
        ([text, times]) => ({ source: 'sent', text, times, script: false, ofTheBook: true }) as const,
      );
      counts = new Map();
      return taken;
    },
    unheard: (body) => body(),
    [Symbol.asyncDispose]: async () => stop(),
  };
}
