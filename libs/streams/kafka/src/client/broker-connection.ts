import { StreamsError } from '@millrace/streams';
import { Reader } from '../wire/reader.ts';
import type { Request } from '../wire/request.ts';
import { Writer } from '../wire/writer.ts';
import type { Connectivity } from './connectivity.ts';
import { addressOf } from './endpoint.ts';
import { translate } from './errors.ts';
import { type ConnectionSettings, createConnection, type RawConnection } from './kafkajs.ts';

const answerWithinMs = 30_000;

/** One connection to one broker, made when it is first needed and again after it broke. Requests go out in order. */
export class BrokerConnection {
  readonly address: string;
  readonly #settings: ConnectionSettings;
  readonly #connectivity: Connectivity;
  #connection: RawConnection | undefined;
  #connecting: Promise<RawConnection> | undefined;
  /** Ends the making of a connection. */
  #giveUp: ((error: Error) => void) | undefined;
  #closed = false;

  constructor(settings: ConnectionSettings, connectivity: Connectivity) {
    this.#settings = settings;
    this.#connectivity = connectivity;
    this.address = addressOf(settings);
  }

  /** UNAVAILABLE when the broker cannot be reached or does not answer: nobody knows then whether it acted. */
  async request<Answer>(request: Request<Answer>): Promise<Answer> {
    const connection = this.#connection?.isConnected() ? this.#connection : await this.#connected();
    const timeoutMs = request.timeoutMs ?? answerWithinMs;
    const timer = setTimeout(() => this.#break(connection, `no answer within ${timeoutMs} ms`), timeoutMs);
    try {
      const payload = await send(connection, request);
      this.#connectivity.answered(this.address);
      if (payload === null) return request.read(new Reader(Buffer.alloc(0)));
      const reader = new Reader(payload);
      if (request.flexible) reader.skipTags();
      return request.read(reader);
    } catch (error) {
      throw this.#failed(error, request.apiName);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#closed = true;
    this.#giveUp?.(this.#gone('closed'));
    if (this.#connection) this.#break(this.#connection, 'closed');
  }

  async #connected(): Promise<RawConnection> {
    if (this.#closed) throw this.#gone('closed');
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return await this.#connecting;
  }

  async #connect(): Promise<RawConnection> {
    const connection = createConnection(this.#settings);
    this.#connection = connection;
    // A login of kafkajs never ends when its connection does.
    const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
    this.#giveUp = giveUp;
    const timer = setTimeout(
      () => giveUp(this.#gone(`no login within ${answerWithinMs} ms`)),
      answerWithinMs,
    );
    const login = async (): Promise<void> => {
      connection.socket?.once('close', () => giveUp(this.#gone('closed by the broker')));
      await connection.authenticate();
    };
    try {
      await Promise.race([connection.connect().then(login), givenUp]);
    } catch (error) {
      this.#break(connection, 'no connection');
      throw this.#failed(error, 'connect');
    } finally {
      clearTimeout(timer);
      this.#giveUp = undefined;
    }
    if (this.#closed) this.#break(connection, 'closed');
    return connection;
  }

  #break(connection: RawConnection, reason: string): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.rejectRequests(this.#gone(reason));
    // With an error, since kafkajs then waits no longer for the connection to be made.
    connection.socket?.destroy(this.#gone(reason));
    connection.disconnect().catch(() => undefined);
  }

  #failed(error: unknown, doing: string): StreamsError {
    const failure = translate(error, `${doing} at ${this.address}`);
    if (!this.#closed && failure.code === 'UNAVAILABLE')
      this.#connectivity.lost(this.address, failure.message);
    return failure;
  }

  #gone(reason: string): StreamsError {
    return new StreamsError('UNAVAILABLE', `Kafka: the connection to ${this.address} is gone: ${reason}`);
  }
}

/** Writes the request past the encoder of kafkajs, which would copy it twice. */
function send(connection: RawConnection, request: Request<unknown>): Promise<Buffer | null> {
  const { apiKey, apiVersion, apiName, flexible = false, silent = false } = request;
  const correlationId = connection.nextCorrelationId();
  const out = new Writer();
  out.int32(0).int16(apiKey).int16(apiVersion).int32(correlationId).string(connection.clientId);
  if (flexible) out.noTags();
  request.write(out);
  out.patchInt32(0, out.length - 4);
  return new Promise((resolve, reject) => {
    connection.requestQueue.push({
      entry: {
        apiKey,
        apiName,
        apiVersion,
        correlationId,
        resolve: ({ payload }) => resolve(payload),
        reject,
      },
      expectResponse: !silent,
      requestTimeout: 0,
      sendRequest: () => void connection.socket?.write(out.bytes),
    });
  });
}
