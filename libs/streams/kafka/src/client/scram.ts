import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { StreamsError } from '@millrace/streams';

export interface ScramLogin {
  readonly hash: 'sha256' | 'sha512';
  readonly username: string;
  readonly password: string;
}

const derive = promisify(pbkdf2);
const keyBytes = { sha256: 32, sha512: 64 } as const;
const leastIterations = 4_096;
/** A broker that asks for more would keep this process busy for seconds. */
const mostIterations = 1_000_000;

/** A login by challenge and response (RFC 5802); the broker shows too that it knows the password. */
export async function scram(
  login: ScramLogin,
  exchange: (message: Buffer) => Promise<Buffer>,
): Promise<void> {
  const { hash, username, password } = login;
  const nonce = randomBytes(24).toString('base64');
  const name = username.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C');
  const first = `n=${name},r=${nonce}`;
  const challenge = (await exchange(Buffer.from(`n,,${first}`))).toString();
  const { r: served = '', s: salt = '', i: rounds = '' } = attributes(challenge);
  const iterations = Number(rounds);
  const sound = served.startsWith(nonce) && served.length > nonce.length && salt !== '';
  if (!sound || !(iterations >= leastIterations && iterations <= mostIterations)) throw distrusted();
  const salted = await derive(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64'),
    iterations,
    keyBytes[hash],
    hash,
  );
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const final = `c=biws,r=${served}`;
  const exchanged = `${first},${challenge},${final}`;
  const signature = hmac(createHash(hash).update(clientKey).digest(), exchanged);
  const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
  const answer = (
    await exchange(Buffer.from(`${final},p=${Buffer.from(proof).toString('base64')}`))
  ).toString();
  const expected = hmac(hmac(salted, 'Server Key'), exchanged);
  const given = Buffer.from(attributes(answer)['v'] ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw distrusted();
}

function attributes(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

function distrusted(): StreamsError {
  return new StreamsError(
    'UNAUTHORIZED',
    'Kafka: the broker does not show that it knows the password: it may not be the one that it claims to be',
  );
}
