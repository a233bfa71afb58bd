import type { ComponentChildren, VNode } from 'preact';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const money = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** Unknown is said, never shown as 0. */
export function Amount({ value, unit = '' }: { value: number | null; unit?: string }): VNode {
  if (value === null) return <span class="unknown">unknown</span>;
  return <span class="number">{`${whole.format(value)}${unit}`}</span>;
}

export function Money({ pence }: { pence: number | null }): VNode {
  if (pence === null) return <span class="unknown">unknown</span>;
  return <span class="number">{money.format(pence / 100)}</span>;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** In steps of a thousand. */
export function Bytes({ value }: { value: number | null }): VNode {
  if (value === null) return <Amount value={null} />;
  const step = Math.min(value < 1 ? 0 : Math.floor(Math.log10(value) / 3), units.length - 1);
  return <Amount value={value / 1_000 ** step} unit={` ${units[step]}`} />;
}

export function Duration({ ms }: { ms: number | null }): VNode {
  if (ms === null) return <span class="unknown">unknown</span>;
  if (ms < 1_000) return <span class="number">{`${Math.round(ms)} ms`}</span>;
  if (ms < 120_000) return <span class="number">{`${whole.format(ms / 1_000)} s`}</span>;
  return <span class="number">{`${whole.format(ms / 60_000)} min`}</span>;
}

const known = [
  'payment-events',
  'payment-results',
  'inventory-events',
  'stock-movements',
  'stock-allocations',
  'inventory-results',
  'emails',
  'webserver-events',
  'page-views',
];

/** Hues of topics that are not the shop's, by name: no two share one. */
const hues = new Map<string, number>();
const goldenAngle = 137.508;

/** The same colour everywhere, and no other topic's; the name always stands beside it. */
export function topicColour(name: string): string {
  const at = known.indexOf(name);
  if (at >= 0) return `var(--topic-${at})`;
  const hue = hues.get(name) ?? (hues.size * goldenAngle + 20) % 360;
  hues.set(name, hue);
  return `oklch(var(--other-lightness) 0.11 ${hue.toFixed(1)})`;
}

export function TopicName({ name }: { name: string }): VNode {
  return (
    <span class="topic-name">
      <span class="swatch" style={{ '--of': topicColour(name) }} />
      {name}
    </span>
  );
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** A time of today, to the millisecond; of another day with its date. */
export function Moment({ at }: { at: number }): VNode {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const text = isToday ? clock.format(date) : `${date.toLocaleDateString('en-GB')} ${clock.format(date)}`;
  return (
    <time class="mono" dateTime={date.toISOString()}>
      {text}
    </time>
  );
}

export function Figure({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
