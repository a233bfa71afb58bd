/** What a URL does not say. */
export interface RedisOptions {
  /**
   * Milliseconds of silence after which opening gives up, a port that accepts and says nothing included. Default: 10,000.
   * Servers that answer and are not ready yet (they load their data, their Cluster forms) get six times as long.
   */
  readonly connectMs?: number;
  /**
   * Milliseconds without a byte from a server that owes a reply, after which the connection is given up and the call is
   * UNAVAILABLE. Default: 5,000.
   */
  readonly replyMs?: number;
  /**
   * The password of the login, read for every new connection, so that it can be rotated while the driver is open. Default:
   * that of the URL, or of the file that the URL names as `passwordFile`.
   */
  readonly password?: () => string | Promise<string>;
  /** Milliseconds that acks `all` waits for replicas and disks. Default: 2,000. */
  readonly replicationMs?: number;
  /** Replicas that acks `all` waits for. Default: as many as the master has at the time of the write, 1 at most. */
  readonly replicas?: number;
  /** Milliseconds between two runs of retention. Default: 10,000. */
  readonly retentionMs?: number;
  /** Seconds that a `once` producer which appends nothing is remembered. Default: 30 days. */
  readonly producerSeconds?: number;
}

export const defaultReplyMs = 5_000;
