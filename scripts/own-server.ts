import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { availabilityOf, startKafka, startRedis } from '@millrace/testing/servers';

/** So long nobody answers when it ended: enough to be seen. */
const awayMs = 3_000;

export type ServerKind = 'redis' | 'kafka';

/** A server that the shop started for itself, and the folder of all that is stored with it. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
}

/** Why a server of that kind cannot be started here; undefined when it can. */
export function serverProblem(kind: ServerKind): string | undefined {
  const availability = availabilityOf(kind, process.env);
  return availability.state === 'available' ? undefined : availability.reason;
}

/** Starts a server on free ports of this machine. One that ends, whoever ended it, is started again after three seconds. */
export async function startOwnServer(kind: ServerKind, note: (text: string) => void): Promise<OwnServer> {
  const server = await (kind === 'redis' ? startRedis({ detached: true }) : startKafka({ detached: true }));
  const folder = mkdtempSync(join(tmpdir(), `shop-on-${kind}-`));
  const stopping = new AbortController();
  const keepUp = async (): Promise<void> => {
    for (;;) {
      await server.ended();
      if (stopping.signal.aborted) return;
      note(`${kind} ended; starting it again in ${awayMs / 1_000} s`);
      await sleep(awayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await server.start().catch((error: unknown) => note(`${kind} could not be started again: ${error}`));
    }
  };
  const keptUp = keepUp();
  return {
    url: server.url,
    folder,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await server[Symbol.asyncDispose]();
      await keptUp;
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
