import { codeOf, customerOf, dateOf, noProducts, priceOf, quantityOf } from './fields.ts';
import type { Random } from './random.ts';
import type { Fields } from './sales-rows.ts';

const firstNumber = 536_365;
const start = Date.UTC(2010, 11, 1, 8, 26);

interface Head {
  readonly number: string;
  readonly date: string;
  readonly customer: string;
}

/** The rows of the invoice of that index. */
export function invoiceOf(random: Random, index: number): Fields[] {
  const number = firstNumber + index;
  const kind = random.integer(0, 99);
  const minutes = 2 * (index % 250_000) + random.integer(0, 1);
  const date = dateOf(random, new Date(start + minutes * 60_000));
  if (kind < 72) return sale(random, { number: String(number), date, customer: customerOf(random) });
  if (kind < 74)
    return sale(random, {
      number: String(Math.max(number - 9, firstNumber)),
      date,
      customer: customerOf(random),
    });
  if (kind < 88)
    return cancellation(random, {
      number: prefixed(random, 'C', number),
      date,
      customer: customerOf(random),
    });
  if (kind < 94) return correction(random, { number: String(number), date, customer: '' });
  if (kind < 97) return postage(random, { number: String(number), date, customer: customerOf(random) });
  return [
    line(
      { number: prefixed(random, random.pick(['A', 'X-']), number), date, customer: '' },
      'B',
      '1',
      '11062.06',
    ),
  ];
}

function sale(random: Random, head: Head): Fields[] {
  const wholesale = head.customer.startsWith('130') || random.perMille(12);
  const rows = lines(random, () => {
    const back = random.perMille(25);
    const quantity = wholesale ? random.integer(50, 900) : random.integer(1, 24);
    return line(head, codeOf(random), quantityOf(random, back ? -quantity : quantity), priceOf(random));
  });
  const [first] = rows;
  return first && random.perMille(20) ? [...rows, first] : rows;
}

function cancellation(random: Random, head: Head): Fields[] {
  return lines(random, () => {
    const quantity = random.integer(1, 12);
    return line(
      head,
      codeOf(random),
      quantityOf(random, random.perMille(30) ? quantity : -quantity),
      priceOf(random),
    );
  });
}

function correction(random: Random, head: Head): Fields[] {
  return lines(random, () => line(head, codeOf(random), quantityOf(random, -random.integer(1, 300)), '0.0'));
}

function postage(random: Random, head: Head): Fields[] {
  return [line(head, random.pick(noProducts), '1', priceOf(random))];
}

function lines(random: Random, one: () => Fields): Fields[] {
  return Array.from({ length: random.integer(1, random.pick([1, 4, 12])) }, one);
}

function line(head: Head, code: string, quantity: string, price: string): Fields {
  const description = descriptions[Number(code.at(-1)) || code.length] ?? '';
  return [head.number, code, description, quantity, head.date, price, head.customer, 'United Kingdom'];
}

const descriptions = [
  '',
  'WHITE HANGING HEART',
  'SET OF 3, PINK',
  'SO CALLED "ANTIQUE"',
  'TWO\nLINES',
  '£1 SALE',
  '?',
];

function prefixed(random: Random, prefix: string, number: number): string {
  const text = `${prefix}${number}`;
  return random.perMille(100) ? ` ${text.toLowerCase()} ` : text;
}
