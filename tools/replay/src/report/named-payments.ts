import { isGuest, type PaymentResult, paymentResultSchema, paymentResults } from '@millrace/events';
import { bytes, type Streams, topic } from '@millrace/streams';

export interface NamedPayments {
  readonly orders: number;
  readonly lifetimeValuePence: number;
}

/** What the payment results, as published, say of named customers; to be held against what the CRM holds. */
export async function namedPayments(streams: Streams): Promise<NamedPayments> {
  let orders = 0;
  let lifetimeValuePence = 0;
  for await (const { record } of streams.read(topic(paymentResults.name, { codec: bytes }), { to: 'now' })) {
    const result = decode(record.value);
    if (!result || isGuest(result)) continue;
    if (result.type !== 'PaymentCaptured' && result.type !== 'PaymentRefunded') continue;
    if (result.type === 'PaymentCaptured') orders += 1;
    lifetimeValuePence += result.type === 'PaymentCaptured' ? result.pence : -result.pence;
  }
  return { orders, lifetimeValuePence };
}

/** Undefined for what every reader of the topic gives up on. */
function decode(value: Uint8Array | null): PaymentResult | undefined {
  try {
    return paymentResultSchema.parse(JSON.parse(Buffer.from(value ?? []).toString('utf8')));
  } catch {
    return undefined;
  }
}
