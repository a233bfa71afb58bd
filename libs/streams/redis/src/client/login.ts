import { readFile } from 'node:fs/promises';
import { StreamsError } from '@millrace/streams';
import type { Redis } from 'ioredis';
import type { RedisOptions } from '../options.ts';
import type { Target } from './url.ts';

/**
 * Who logs in. The password of a file or a function is read again for every new connection, so that it can be rotated
 * while the driver is open.
 */
export class Login {
  readonly username: string | undefined;
  readonly #read: () => string | undefined | Promise<string | undefined>;
  #password: string | undefined;

  private constructor(
    username: string | undefined,
    read: () => string | undefined | Promise<string | undefined>,
  ) {
    this.username = username;
    this.#read = read;
  }

  /** UNAUTHORIZED when the password cannot be read. */
  static async of(target: Target, options: RedisOptions): Promise<Login> {
    const { username, password, passwordFile } = target;
    const { password: given } = options;
    const own = passwordFile === undefined ? () => password : () => readSecret(passwordFile);
    const login = new Login(username, given ?? own);
    await login.refresh();
    return login;
  }

  /** As it was read last. */
  get password(): string | undefined {
    return this.#password;
  }

  async refresh(): Promise<string | undefined> {
    this.#password = await this.#read();
    return this.#password;
  }

  /** For who cannot wait: keeps the last password when the new one cannot be read. */
  refreshSoon(use: (password: string | undefined) => void): void {
    this.refresh().then(use, () => undefined);
  }

  /** The first commands of a connection. */
  async commands(database: number): Promise<[command: string, ...args: string[]][]> {
    const password = await this.refresh();
    const commands: [string, ...string[]][] = [];
    if (password !== undefined)
      commands.push(this.username === undefined ? ['AUTH', password] : ['AUTH', this.username, password]);
    if (database !== 0) commands.push(['SELECT', String(database)]);
    return commands;
  }
}

/** For the connections that the client makes from now on. */
export function usePassword({ options }: Redis, password: string | undefined): void {
  if (password !== undefined) options.password = password;
}

/** Without the line end that editors and secret stores add. */
async function readSecret(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new StreamsError('UNAUTHORIZED', `Redis: the password file ${file} cannot be read`, { cause });
  }
}
