import { StreamsError } from '@millrace/streams';
import type { Endpoint } from '@millrace/streams/driver';
import { type ApiVersions, apiVersionsRequest } from '../wire/api-versions.ts';
import { Reader } from '../wire/reader.ts';
import type { Request } from '../wire/request.ts';
import { Channel } from './channel.ts';
import { check } from './kafka-error.ts';
import { type Login, logIn } from './login.ts';

export interface SessionSettings {
  readonly clientId: string;
  readonly tls?: boolean;
  readonly login?: Login;
}

/** A login is renewed well before the broker asks for it: what is on its way then must not come too late. */
const renewAt = 0.7;

/** A connection whose login is finished, and which knows what its broker speaks. */
export class Session {
  readonly #channel: Channel;
  readonly #login: Login | undefined;
  readonly #versions: ApiVersions;
  #renewAfter: number;
  #renewing: Promise<void> | undefined;

  private constructor(channel: Channel, login: Login | undefined, versions: ApiVersions, renewAfter: number) {
    this.#channel = channel;
    this.#login = login;
    this.#versions = versions;
    this.#renewAfter = renewAfter;
  }

  /** `known` are the versions where another connection has asked for them already. */
  static async open(
    endpoint: Endpoint,
    { tls = false, login, clientId }: SessionSettings,
    signal: AbortSignal,
    known?: ApiVersions,
  ): Promise<Session> {
    const channel = await Channel.connect(endpoint, { tls, clientId, signal });
    const abort = (): void => channel.break(String(signal.reason?.message ?? signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    try {
      const renewAfter = login ? await logInOver(channel, login) : Number.POSITIVE_INFINITY;
      return new Session(channel, login, known ?? (await versionsOver(channel)), renewAfter);
    } catch (error) {
      channel.break('the login failed');
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  get versions(): ApiVersions {
    return this.#versions;
  }

  get open(): boolean {
    return this.#channel.open;
  }

  /** True when a request may go out at once, behind those before it. */
  get ready(): boolean {
    return this.open && !this.#renewing && performance.now() < this.#renewAfter;
  }

  /** Logs in again where that is due; what was asked before is answered first, and nothing is asked meanwhile (KIP-368). */
  async renew(): Promise<void> {
    if (this.ready || !this.#login) return;
    this.#renewing ??= logInOver(this.#channel, this.#login)
      .then((renewAfter) => {
        this.#renewAfter = renewAfter;
      })
      .catch((error: unknown) => {
        this.#channel.break('the login could not be renewed');
        throw error;
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    await this.#renewing;
  }

  async ask<Answer>(request: Request<Answer>): Promise<Answer> {
    const version = chooseVersion(this.#channel.address, this.#versions, request);
    return await askOver(this.#channel, request, version);
  }

  close(reason: string): void {
    this.#channel.break(reason);
  }
}

async function logInOver(channel: Channel, login: Login): Promise<number> {
  const asked = performance.now();
  const sessionMs = await logIn(login, (request) => askOver(channel, request, request.versions[1]));
  return sessionMs > 0 ? asked + sessionMs * renewAt : Number.POSITIVE_INFINITY;
}

async function versionsOver(channel: Channel): Promise<ApiVersions> {
  const { errorCode, versions } = await askOver(channel, apiVersionsRequest(), 0);
  check(errorCode, `the broker ${channel.address} does not tell what it speaks`);
  return versions;
}

async function askOver<Answer>(channel: Channel, request: Request<Answer>, version: number): Promise<Answer> {
  const reader = new Reader(await channel.ask(request, version));
  if (request.flexible) reader.skipTags();
  channel.throttle(throttledMs(request, reader));
  return request.read(reader, version);
}

function throttledMs({ throttled = 'first' }: Request<unknown>, { buffer, position }: Reader): number {
  switch (throttled) {
    case 'first':
      return buffer.readInt32BE(position);
    case 'last':
      return buffer.readInt32BE(buffer.length - 4);
    case 'never':
      return 0;
    default: {
      const never: never = throttled;
      throw new TypeError(`unknown place ${String(never)}`);
    }
  }
}

/** The newest version that both sides speak. UNSUPPORTED when there is none. */
export function chooseVersion(
  address: string,
  versions: ApiVersions,
  { apiKey, apiName, versions: ours, since = '3.1' }: Omit<Request<unknown>, 'write' | 'read'>,
): number {
  const theirs = versions.get(apiKey);
  const newest = Math.min(ours[1], theirs?.[1] ?? -1);
  if (newest >= Math.max(ours[0], theirs?.[0] ?? 0)) return newest;
  const offers = theirs ? `offers ${range(theirs)}` : 'does not offer it';
  throw new StreamsError(
    'UNSUPPORTED',
    `this driver needs ${apiName} in ${range(ours)}, and the Kafka broker ${address} ${offers}: use Kafka ${since} or later`,
  );
}

function range([oldest, newest]: readonly [number, number]): string {
  return oldest === newest ? `version ${oldest}` : `versions ${oldest} to ${newest}`;
}
