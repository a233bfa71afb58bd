import { join } from 'node:path';

/** A page of the dashboard, and how to see that it shows what it is for. */
export interface ListedPage {
  readonly name: string;
  readonly path: string;
  /** Something on it that is there once it shows real figures. */
  readonly shows: string;
}

/** A report of `npm run compare`, for a shop whose page *Compare* is looked at. */
export const reports: string = join(import.meta.dirname, '../fixtures/compare');

export const pages: readonly ListedPage[] = [
  { name: 'shop', path: '#/shop', shows: '.figures' },
  { name: 'topics', path: '#/topics', shows: 'th:has-text("payment-results")' },
  { name: 'groups', path: '#/groups', shows: 'th:has-text("inventory-orders")' },
  { name: 'topic', path: '#/topics/payment-results', shows: 'details.message >> nth=0' },
  {
    name: 'group',
    path: '#/groups/payment',
    shows: 'section:has(> header > h2:text-is("Members")) tbody tr',
  },
  { name: 'orders', path: '#/orders', shows: 'tbody tr >> nth=0' },
  { name: 'break-it', path: '#/break', shows: '.card >> nth=18' },
  { name: 'compare', path: '#/compare', shows: '.measured' },
  { name: 'guide', path: '#/guide/23', shows: '#guide-title' },
];
