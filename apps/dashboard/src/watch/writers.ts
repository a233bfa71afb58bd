const writers: Readonly<Record<string, readonly string[]>> = {
  'payment-events': ['storefront'],
  'payment-results': ['payment'],
  'inventory-events': ['storefront'],
  'stock-movements': ['inventory'],
  'stock-allocations': ['inventory'],
  'inventory-results': ['inventory'],
  emails: ['payment', 'shipping'],
  'webserver-events': ['storefront'],
  'page-views': ['webserver'],
  'delivery-alarms': ['shipping'],
  'dashboard.audit': ['dashboard'],
};

/** Services that write a topic of the shop; null for a topic of somebody else. */
export function writersOf(topic: string): readonly string[] | null {
  const [, group] = /^(.+)\.dead-letters$/.exec(topic) ?? [];
  return writers[topic] ?? (group === undefined ? null : [group]);
}
