import type { Cluster } from './cluster.ts';
import type { Connections } from './connections.ts';

type Ask<Answer> = (connections: Connections) => Promise<Answer>;

/** Milliseconds without an answer after which the same is asked once more; twice as long each time. */
const firstSilenceMs = 250;
const longestSilenceMs = 2_000;

/**
 * For requests that a broker may sit on for seconds, which keeps everything waiting that comes after them on the same
 * connection: each has a connection to itself, and one of them is kept for the next. Questions are asked one after another.
 */
export class SpareConnections {
  readonly #cluster: Cluster;
  #idle: Connections | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async ask<Answer>(ask: Ask<Answer>): Promise<Answer> {
    const connections = this.#take();
    try {
      return await ask(connections);
    } finally {
      this.#giveBack(connections);
    }
  }

  /**
   * Asks once more, over another connection, what is not answered soon: a broker that has found a coordinator missing waits
   * a second and more before it looks again, and answers whoever asks meanwhile at once. Only for what changes nothing.
   */
  askUntilAnswered<Answer>(ask: Ask<Answer>): Promise<Answer> {
    const answer = this.#last.then(() => this.#askUntilAnswered(ask));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #askUntilAnswered<Answer>(ask: Ask<Answer>): Promise<Answer> {
    const answered = Promise.withResolvers<Answer>();
    const waiting = new Set<Connections>();
    let timer: NodeJS.Timeout | undefined;
    const start = (silenceMs: number): void => {
      // Two at a time: the first may be slow with good reason, and the newest may come at a better moment.
      const [, second] = waiting;
      if (second && waiting.delete(second)) second.close();
      const connections = this.#take();
      waiting.add(connections);
      const done = (): void => {
        if (waiting.delete(connections)) this.#giveBack(connections);
      };
      ask(connections).then(
        (answer) => {
          done();
          answered.resolve(answer);
        },
        (error: unknown) => {
          done();
          if (waiting.size === 0) answered.reject(error);
        },
      );
      timer = silenceMs > longestSilenceMs ? undefined : setTimeout(() => start(silenceMs * 2), silenceMs);
    };
    start(firstSilenceMs);
    try {
      return await answered.promise;
    } finally {
      clearTimeout(timer);
      for (const connections of waiting) connections.close();
      waiting.clear();
    }
  }

  #take(): Connections {
    const connections = this.#idle ?? this.#cluster.connections();
    this.#idle = undefined;
    return connections;
  }

  #giveBack(connections: Connections): void {
    if (this.#idle) connections.close();
    else this.#idle = connections;
  }
}
