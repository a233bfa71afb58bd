import { type Request, request } from './request.ts';

export function saslHandshakeRequest(
  mechanism: string,
): Request<{ readonly errorCode: number; readonly mechanisms: readonly string[] }> {
  return request(17, [1, 1], 'SaslHandshake', {
    throttled: 'never',
    write: (out) => out.string(mechanism),
    read: (reader) => ({ errorCode: reader.int16(), mechanisms: reader.array(() => reader.string() ?? '') }),
  });
}

export interface SaslStep {
  readonly errorCode: number;
  readonly explanation: string | null;
  readonly bytes: Buffer;
  /** Milliseconds after which the broker asks for another login (KIP-368); 0: never. */
  readonly sessionMs: number;
}

export function saslAuthenticateRequest(bytes: Buffer): Request<SaslStep> {
  return request(36, [1, 1], 'SaslAuthenticate', {
    throttled: 'never',
    write: (out) => out.int32(bytes.length).raw(bytes),
    read: (reader) => ({
      errorCode: reader.int16(),
      explanation: reader.string(),
      bytes: reader.raw(Math.max(0, reader.int32())),
      sessionMs: reader.int64(),
    }),
  });
}
