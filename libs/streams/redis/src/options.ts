/** What a URL does not say. */
export interface RedisOptions {
  /**
   * Milliseconds of silence after which opening gives up. Default: 10,000. Servers that answer and are not
   * ready yet (they load their data, their Cluster forms) get six times as long.
   */
  readonly connectMs?: number;
  /** Milliseconds that acks `all` waits for replicas and disks. Default: 2,000. */
  readonly replicationMs?: number;
  /** Replicas that acks `all` waits for; unless told otherwise as many as each master had when it was connected to, 1 at most. */
  readonly replicas?: number;
  /** Milliseconds between two runs of retention. Default: 10,000. */
  readonly retentionMs?: number;
  /** How long a `once` producer that appends nothing is remembered; 30 days. */
  readonly producerSeconds?: number;
}
