import { StreamsError } from '@millrace/streams';
import type { Cluster } from '../client/cluster.ts';
import type { Connections } from '../client/connections.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import type { Request } from '../wire/request.ts';
import {
  endTransactionRequest,
  initProducerIdRequest,
  type NamedProducer,
  type ProducerIdentity,
} from '../wire/transactions.ts';
import { CoordinatorRequests } from './coordinator-requests.ts';
import { writeOwnMissingMarkers } from './missing-markers.ts';
import { type StagingOptions, type Transaction, TransactionStaging } from './transaction-staging.ts';

export interface TransactionalOptions extends StagingOptions {
  readonly transactionalId: string;
  /** Milliseconds after which the broker ends a transaction that its producer left open, unless it allows only less. */
  readonly timeoutMs: number;
}

const shortestTimeoutMs = 1_000;

/**
 * One producer under a transactional id: opening it fences whoever used the id before and ends their transaction
 * (KIP-98). Transactions are one after another; the caller sees to that.
 */
export class TransactionalProducer {
  readonly #cluster: Cluster;
  readonly #connections: Connections;
  readonly #options: TransactionalOptions;
  readonly #requests: CoordinatorRequests;
  readonly #staging: TransactionStaging;
  #timeoutMs: number;
  #producer: NamedProducer | undefined;
  /** The end of a transaction of which nobody knows whether it landed. */
  #unanswered = false;
  /** Nobody knows which batches of the last transaction were written. */
  #broken = false;

  constructor(cluster: Cluster, connections: Connections, options: TransactionalOptions) {
    this.#cluster = cluster;
    this.#connections = connections;
    this.#options = options;
    this.#timeoutMs = options.timeoutMs;
    this.#requests = new CoordinatorRequests(connections, options.signal);
    this.#staging = new TransactionStaging(connections, this.#requests, options);
  }

  /** Makes the id its own. Nothing of former owners is under way afterwards. */
  async open(): Promise<void> {
    try {
      await writeOwnMissingMarkers(this.#cluster, this.#connections, this.#options.transactionalId);
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
    await this.renew();
    const producer = this.#opened();
    try {
      await this.#staging.stage(producer, transaction);
    } catch (error) {
      await this.#abort(producer);
      throw error;
    }
    await this.#end(producer, true);
  }

  /**
   * To be awaited before anything else is committed: no request of an earlier transaction that went unanswered may act on
   * what comes now, so the producer gets another epoch where there was one.
   */
  async renew(): Promise<void> {
    await this.finish();
    if (this.#producer && (this.#broken || this.#requests.lateOnes)) await this.#open(this.#producer);
  }

  async #open(own: NamedProducer | undefined): Promise<void> {
    const { transactionalId } = this.#options;
    const answer = await this.#initialise(own);
    this.#staging.begin();
    this.#requests.fenced();
    this.#unanswered = false;
    this.#broken = false;
    this.#producer = { transactionalId, id: answer.id, epoch: answer.epoch };
  }

  async #initialise(own: NamedProducer | undefined): Promise<ProducerIdentity> {
    for (;;) {
      const request = initProducerIdRequest(this.#options.transactionalId, this.#timeoutMs, own);
      try {
        return await this.#ask(request, ({ errorCode }) => errorCode);
      } catch (error) {
        if (!isKafkaError(error, 'INVALID_TRANSACTION_TIMEOUT') || this.#timeoutMs < shortestTimeoutMs)
          throw error;
        // The broker allows less (`transaction.max.timeout.ms`), and does not say how much.
        this.#timeoutMs = Math.floor(this.#timeoutMs / 2);
      }
    }
  }

  async #abort(producer: NamedProducer): Promise<void> {
    try {
      await this.#ask(endTransactionRequest(producer, false), (code) => code);
    } catch {
      // The next transaction begins by opening the producer anew, or the broker ends this one after its timeout.
    }
    this.#broken = true;
  }

  async #end(producer: NamedProducer, commit: boolean): Promise<void> {
    this.#unanswered = true;
    try {
      await this.#ask(endTransactionRequest(producer, commit), (code) => code);
      this.#unanswered = false;
    } catch (error) {
      if (isKafkaError(error) && !error.transient) this.#unanswered = false;
      throw error;
    }
  }

  #ask<Answer>(request: Request<Answer>, codeOf: (answer: Answer) => number): Promise<Answer> {
    return this.#requests.ask('transaction', this.#options.transactionalId, request, codeOf);
  }

  #opened(): NamedProducer {
    if (this.#producer) return this.#producer;
    throw new StreamsError('UNAVAILABLE', 'the transactional producer is not open');
  }
}
