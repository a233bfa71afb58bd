import type { Connection, Environment } from '../verb.ts';
import { withoutPassword, withPassword } from './login.ts';

export interface Target {
  readonly url: string | undefined;
  readonly profile: string | undefined;
  readonly namespace: string | undefined;
  /** The password of the environment is not for this server: it is told to no other than the one it is meant for. */
  readonly ownLogin?: boolean;
}

const defaultUrl = 'embedded:./.data/streams.db';

/** The backends of one call, each opened when it is first asked for. */
export class Connections implements AsyncDisposable {
  readonly #target: Target;
  readonly #environment: Environment;
  readonly #notice: (message: string) => void;
  readonly #opened: Promise<Connection>[] = [];
  #main: Promise<Connection> | undefined;

  constructor(target: Target, environment: Environment, notice: (message: string) => void) {
    this.#target = target;
    this.#environment = environment;
    this.#notice = notice;
  }

  /** What `--url`, `--profile` or the environment name. */
  main(): Promise<Connection> {
    this.#main ??= this.#open(this.#target);
    return this.#main;
  }

  /** Another backend, by its URL or the name of a profile. */
  other(place: string): Promise<Connection> {
    const { namespace } = this.#target;
    return /^[a-z0-9+.-]+:/i.test(place)
      ? this.#open({ url: place, profile: undefined, namespace, ownLogin: true })
      : this.#open({ url: undefined, profile: place, namespace });
  }

  async #open(target: Target): Promise<Connection> {
    const opening = this.#connect(target);
    this.#opened.push(opening);
    return await opening;
  }

  async #connect(target: Target): Promise<Connection> {
    const { url, namespace, password } = await this.#settings(target);
    const login = withPassword(url, password);
    const { openDriver } = await import('@millrace/streams');
    const { createStreams } = await import('@millrace/streams/driver');
    const driver = await openDriver(login, {
      namespace,
      onNotice: ({ message }) => this.#notice(message),
    });
    return { driver, streams: createStreams(driver), url: withoutPassword(login), login, namespace };
  }

  async #settings({ url, profile, namespace, ownLogin }: Target): Promise<{
    readonly url: string;
    readonly namespace: string | undefined;
    readonly password: string | undefined;
  }> {
    const environment = this.#environment;
    const shared = environment['STREAMS_PASSWORD'];
    const named = profile ?? (url === undefined ? environment['STREAMS_PROFILE'] : undefined);
    if (named !== undefined && named !== '') {
      const { findProfile } = await import('./profiles.ts');
      const found = await findProfile(named, environment);
      const password = found.passwordVariable ? environment[found.passwordVariable] : shared;
      return { url: found.url, namespace: namespace ?? found.namespace, password };
    }
    return {
      url: url ?? (environment['STREAMS_URL'] || defaultUrl),
      namespace: namespace ?? (environment['NAMESPACE'] || undefined),
      password: ownLogin ? undefined : shared,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#opened);
    await Promise.allSettled(
      opened.map(async (each) => {
        if (each.status === 'fulfilled') await each.value.streams[Symbol.asyncDispose]();
      }),
    );
  }
}
