import { connect } from 'node:net';

const answerWithinMs = 1_000;

/**
 * Ids of the brokers that the one on this port names as alive; none while it does not serve yet. A broker listens before
 * it serves, and serves before it knows the others.
 */
export function brokersKnownTo(port: number): Promise<readonly number[]> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const end = (ids: readonly number[]): void => {
      socket.destroy();
      resolve(ids);
    };
    socket.setTimeout(answerWithinMs, () => end([]));
    socket.on('error', () => end([]));
    socket.on('close', () => resolve([]));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const whole = received.length >= 4 && received.length >= 4 + received.readInt32BE(0);
      if (whole) end(idsIn(received));
    });
    socket.write(metadataRequest);
  });
}

/** Metadata, version 5, of no topics and without a client's name. */
const metadataRequest = Buffer.from([0, 0, 0, 15, 0, 3, 0, 5, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0]);

/** Behind the length, the number of the request and a time to wait come the brokers: id, host, port, rack. */
function idsIn(answer: Buffer): number[] {
  let at = 12;
  const number = (): number => {
    at += 4;
    return answer.readInt32BE(at - 4);
  };
  const skipText = (): void => {
    at += 2 + Math.max(0, answer.readInt16BE(at));
  };
  return Array.from({ length: number() }, () => {
    const id = number();
    skipText();
    number();
    skipText();
    return id;
  });
}
