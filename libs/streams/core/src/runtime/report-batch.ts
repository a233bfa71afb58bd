import type { Delivery } from '../record.ts';
import type { Settings } from './settings.ts';

/** Tells the observer of a handled batch, a call per topic. */
export function reportBatch(settings: Settings, deliveries: readonly Delivery[], durationMs: number): void {
  const { group, observer } = settings;
  if (observer.redelivered) {
    for (const delivery of deliveries) {
      if (delivery.attempt > 1) observer.redelivered({ group, message: delivery, attempt: delivery.attempt });
    }
  }
  if (!observer.handled) return;
  const counts = new Map<string, number>();
  for (const { topic } of deliveries) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  for (const [topic, messages] of counts) {
    observer.handled({ group, topic, messages, durationMs: (durationMs * messages) / deliveries.length });
  }
}
