/** One server, and who asks it. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Readonly<Record<string, never>>;
}

/** A server of this machine without a login. */
export function localNode(port: number): NodeAddress {
  return { host: '127.0.0.1', port };
}
