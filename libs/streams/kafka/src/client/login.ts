import type { Request } from '../wire/request.ts';
import { saslAuthenticateRequest, saslHandshakeRequest } from '../wire/sasl.ts';
import { KafkaError } from './kafka-error.ts';
import { scram } from './scram.ts';

/** Who connects, and how that is shown. */
export type Login =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'oauthbearer'; readonly token: () => Promise<string> };

type Ask = <Answer>(request: Request<Answer>) => Promise<Answer>;

/**
 * Logs in over a connection that nobody else uses meanwhile. Resolves with the milliseconds after which the broker asks for
 * another login; 0 for never. A KafkaError is the broker's refusal.
 */
export async function logIn(login: Login, ask: Ask): Promise<number> {
  const { mechanism } = login;
  const handshake = await ask(saslHandshakeRequest(mechanism.toUpperCase()));
  if (handshake.errorCode !== 0) {
    throw new KafkaError(
      handshake.errorCode,
      `no login by ${mechanism}`,
      `the broker takes ${handshake.mechanisms.join(', ').toLowerCase() || 'none here'}`,
    );
  }
  let sessionMs = 0;
  const exchange = async (message: Buffer): Promise<Buffer> => {
    const step = await ask(saslAuthenticateRequest(message));
    if (step.errorCode !== 0)
      throw new KafkaError(step.errorCode, `the login by ${mechanism} was refused`, step.explanation);
    sessionMs = step.sessionMs;
    return step.bytes;
  };
  await prove(login, exchange);
  return sessionMs;
}

async function prove(login: Login, exchange: (message: Buffer) => Promise<Buffer>): Promise<void> {
  switch (login.mechanism) {
    case 'plain':
      await exchange(Buffer.from(`\0${login.username}\0${login.password}`));
      return;
    case 'scram-sha-256':
      await scram({ ...login, hash: 'sha256' }, exchange);
      return;
    case 'scram-sha-512':
      await scram({ ...login, hash: 'sha512' }, exchange);
      return;
    case 'oauthbearer':
      await bear(await login.token(), exchange);
      return;
    default: {
      const never: never = login;
      throw new TypeError(`unknown login ${String(never)}`);
    }
  }
}

/** A token that is refused is answered by the reason, and the refusal itself waits for a last word (RFC 7628). */
async function bear(token: string, exchange: (message: Buffer) => Promise<Buffer>): Promise<void> {
  const reason = await exchange(Buffer.from(`n,,\x01auth=Bearer ${token}\x01\x01`));
  if (reason.length === 0) return;
  await exchange(Buffer.from('\x01'));
  throw new KafkaError(saslAuthenticationFailed, 'the login by oauthbearer was refused', reason.toString());
}

const saslAuthenticationFailed = 58;
