import type { Search } from './use-search.ts';

const number = new Intl.NumberFormat('en-GB');

/** How far it looked, and whether there may be more. */
export function searchSummary({ result, messages, looked, busy }: Search): string {
  if (busy) return 'Looking…';
  if (!result) return '';
  const span =
    result.lookedFrom === null || result.lookedTo === null
      ? ''
      : `, ${result.cursor === null ? 'back to' : 'up to'} ${new Date(result.cursor === null ? result.lookedFrom : result.lookedTo).toLocaleString('en-GB')}`;
  const why = {
    limit: 'there may be more',
    end: 'that is all there is',
    budget: 'one search reads no more: look further',
  }[result.ended];
  return `${number.format(messages.length)} found in ${number.format(looked)} records${span}; ${why}.`;
}

export function followSummary(count: number, skipped: number): string {
  if (count === 0) return 'Following; nothing has come yet.';
  return `Following: the newest ${count} that came${skipped > 0 ? `, ${number.format(skipped)} more were too many to show` : ''}.`;
}
