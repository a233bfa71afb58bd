import type { Random } from './random.ts';

/** A hundredth of the numbers stands for a card that fails, another for one that has expired; `130..` buy wholesale. */
export function customerOf(random: Random): string {
  if (random.perMille(150)) return '';
  const number = random.perMille(60) ? random.integer(13_000, 13_009) : random.integer(12_000, 12_599);
  // A customer may be called what a guest is called too.
  if (random.perMille(20)) return `guest-${number}`;
  return random.pick([`${number}.0`, `${number}.0`, `${number}.0`, `${number}`, ` ${number}.0 `]);
}

export const noProducts: readonly [string, ...string[]] = [
  'POST',
  'DOT',
  'M',
  'D',
  'C2',
  'PADS',
  'BANK CHARGES',
  'gift_0001_20',
  '123456',
  '12345ABC',
];

export function codeOf(random: Random): string {
  if (random.perMille(40)) return random.pick(noProducts);
  const product = random.integer(0, 299);
  const code = `${20_000 + product}${['', 'A', 'B', 'BL'][product % 4]}`;
  return random.perMille(50) ? ` ${code.toLowerCase()}` : code;
}

export function quantityOf(random: Random, quantity: number): string {
  return random.perMille(980)
    ? String(quantity)
    : random.pick([` ${quantity} `, `${quantity < 0 ? '-' : '+'}00${Math.abs(quantity)}`]);
}

const oddPrices = [
  '0',
  '0.0',
  '-0',
  '1e1',
  '2.5E0',
  '125e-2',
  '+2.5',
  ' 3.25 ',
  '.5',
  '7.',
  '1_2.50',
  '0.0049',
] as const;

export function priceOf(random: Random): string {
  const kind = random.integer(0, 99);
  if (kind < 5) return random.pick(oddPrices);
  if (kind < 20) return `${random.integer(0, 9)}.${random.integer(0, 9)}${random.integer(0, 9)}5`;
  return `${random.integer(0, 14)}.${random.integer(0, 9)}${random.integer(0, 9)}`;
}

export function dateOf(random: Random, date: Date): string {
  const text = date.toISOString().slice(0, 19).replace('T', ' ');
  return random.perMille(980) ? text : text.replaceAll(/([- :])0/g, '$1').replace(' ', '  ');
}
