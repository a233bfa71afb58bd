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
    take: async () =>
      joinRepeats(
        (await monitor.take()).map((sent) => ({
          ...sent,
          source: 'sent',
          times: 1,
          ofTheBook: isOfTheBook(sent.text),
        })),
      ),
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

function joinRepeats(commands: readonly Extract<GuideCommand, { source: 'sent' }>[]): GuideCommand[] {
  const byText = new Map<string, Extract<GuideCommand, { source: 'sent' }>>();
  for (const command of commands) {
    const before = byText.get(command.text);
    byText.set(command.text, before ? { ...before, times: before.times + 1 } : command);
  }
  return [...byText.values()];
}

const commandsOfTheBook =
  /^(XADD|XREAD|XREADGROUP|XACK|XPENDING|XCLAIM|XAUTOCLAIM|XRANGE|XREVRANGE|XLEN|XINFO|XGROUP|XTRIM|XDEL|WAIT|WAITAOF|CLUSTER|MULTI|EXEC|SADD|SISMEMBER|SMEMBERS|HINCRBY)\b/i;
/** What consumers write of themselves for the claims, and what the library keeps, are no commands of the book. */
const ownKeys = / (journal:\{P0\}|millrace:)/;

function isOfTheBook(text: string): boolean {
  return commandsOfTheBook.test(text) && !ownKeys.test(text);
}
