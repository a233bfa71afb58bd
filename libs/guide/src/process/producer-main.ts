import { type Acks, openStreams } from '@millrace/streams';
import { type GuideValue, unkeyedTopic } from '../engine/value.ts';

export interface ProducerScript {
  readonly url: string;
  readonly namespace: string;
  readonly topic: string;
  readonly acks: Acks;
  readonly values: readonly GuideValue[];
  /** Stands still after so many. */
  readonly stopAfter: number;
}

export type ProducerReport = { readonly acknowledged: string } | { readonly error: string };

/** Stores one record after another until it is killed, and reports each that was acknowledged. */
const script: ProducerScript = JSON.parse(process.argv[2] ?? '{}');

process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

try {
  await main();
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}

async function main(): Promise<void> {
  const streams = await openStreams(script.url, { namespace: script.namespace });
  for (const value of script.values.slice(0, script.stopAfter)) {
    await streams.publish(unkeyedTopic(script.topic), [value], { acks: script.acks });
    say({ acknowledged: value.label });
  }
  setInterval(() => undefined, 60_000);
}

function say(report: ProducerReport): void {
  process.send?.(report);
}
