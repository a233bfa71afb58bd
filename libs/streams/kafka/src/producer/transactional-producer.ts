import { StreamsError } from '@millrace/streams';
import type { Cluster } from '../client/cluster.ts';
import type { Connections } from '../client/connections.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import { type Patience, patienceMs, patiently } from '../client/patience.ts';
import type { Request } from '../wire/request.ts';
import { endTransactionRequest, initProducerIdRequest, type NamedProducer } from '../wire/transactions.ts';
import { type StagingOptions, type Transaction, TransactionStaging } from './transaction-staging.ts';
import { finishOwn } from './unfinished-transactions.ts';

export interface TransactionalOptions extends StagingOptions {
  readonly transactionalId: string;
  /** Milliseconds after which the broker ends a transaction that its producer left open. */
  readonly timeoutMs: number;
}

/**
 * One producer under a transactional id: opening it fences whoever used the id before and ends their transaction
 * (KIP-98). Transactions are one after another; the caller sees to that.
 */
export class TransactionalProducer {
  readonly #cluster: Cluster;
  readonly #connections: Connections;
  readonly #options: TransactionalOptions;
  readonly #staging: TransactionStaging;
  #producer: NamedProducer | undefined;
  /** The end of a transaction of which nobody knows whether it landed. */
  #unanswered = false;
  /** Nobody knows which batches of the last transaction were written. */
  #broken = false;

  constructor(cluster: Cluster, connections: Connections, options: TransactionalOptions) {
    this.#cluster = cluster;
    this.#connections = connections;
    this.#options = options;
    this.#staging = new TransactionStaging(connections, options);
  }

  /** Makes the id its own. Nothing of former owners is under way afterwards. */
  async open(): Promise<void> {
    try {
      await finishOwn(this.#cluster, this.#connections, this.#options.transactionalId);
    } catch {
      // A remedy for what hardly ever happens, for which not every user has the rights.
    }
    await this.#open(undefined);
  }

  /** The end of the last transaction was never answered: it is committed now, or it was; FENCED when nobody can tell. */
  async finish(): Promise<void> {
    if (this.#unanswered) await this.#end(this.#opened(), true);
  }

  /** True while nobody knows whether the last transaction landed. */
  get uncertain(): boolean {
    return this.#unanswered;
  }

  /**
   * Stores the transaction whole or not at all. After a retryable error of which `uncertain` says so, `finish` tells;
   * after another one nothing is stored.
   */
  async commit(transaction: Transaction): Promise<void> {
    if (this.#broken) await this.#open(this.#producer);
    const producer = this.#opened();
    try {
      await this.#staging.stage(producer, transaction);
    } catch (error) {
      await this.#abort(producer);
      throw error;
    }
    await this.#end(producer, true);
  }

  async #open(own: NamedProducer | undefined): Promise<void> {
    const { transactionalId, timeoutMs } = this.#options;
    const request = initProducerIdRequest(transactionalId, timeoutMs, own);
    const answer = await this.#coordinator(request, ({ errorCode }) => errorCode);
    this.#staging.begin();
    this.#unanswered = false;
    this.#broken = false;
    this.#producer = { transactionalId, id: answer.id, epoch: answer.epoch };
  }

  async #abort(producer: NamedProducer): Promise<void> {
    try {
      await this.#coordinator(endTransactionRequest(producer, false), (code) => code);
    } catch {
      // The next transaction begins by opening the producer anew, or the broker ends this one after its timeout.
    }
    this.#broken = true;
  }

  async #end(producer: NamedProducer, commit: boolean): Promise<void> {
    this.#unanswered = true;
    try {
      await this.#coordinator(endTransactionRequest(producer, commit), (code) => code);
      this.#unanswered = false;
    } catch (error) {
      if (isKafkaError(error) && !error.transient) this.#unanswered = false;
      throw error;
    }
  }

  #coordinator<Answer>(request: Request<Answer>, codeOf: (answer: Answer) => number): Promise<Answer> {
    const { transactionalId } = this.#options;
    return patiently(this.#patience, () =>
      this.#connections.atCoordinator('transaction', transactionalId, request, codeOf),
    );
  }

  get #patience(): Patience {
    return { ms: patienceMs, signal: this.#options.signal };
  }

  #opened(): NamedProducer {
    if (this.#producer) return this.#producer;
    throw new StreamsError('UNAVAILABLE', 'the transactional producer is not open');
  }
}
