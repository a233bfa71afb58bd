import type { Random } from './random.ts';
import type { Fields } from './sales-rows.ts';

type Spoiler = (row: Fields) => Fields;

const quantities = ['', '0', '-0', '1.5', '1e3', 'six', '--1', '1 0'];
const prices = ['', '-0.01', '-1e-9', 'NaN', 'Infinity', '1,50', '£2', '.', '1.2.3'];
const dates = [
  '',
  '2010-12-01',
  '2011-02-29 08:26:00',
  '2011-13-01 08:26:00',
  '2011-04-01 24:00:00',
  '01/12/2010 08:26',
];

const spoilers: readonly [Spoiler, ...Spoiler[]] = [
  () => [],
  (row) => row.slice(1),
  (row) => [...row, 'one more'],
  (row) => row.with(0, ' '),
  (row) => row.with(1, ''),
  ...quantities.map(
    (quantity): Spoiler =>
      (row) =>
        row.with(3, quantity),
  ),
  ...dates.map(
    (date): Spoiler =>
      (row) =>
        row.with(4, date),
  ),
  ...prices.map(
    (price): Spoiler =>
      (row) =>
        row.with(5, price),
  ),
];

/** A row that must be left out. */
export function spoil(row: Fields, random: Random): Fields {
  return random.pick(spoilers)(row);
}
