import type { PageViewed, RequestLogged } from '@millrace/events';
import { combinedFormat, firstWrongField } from './combined-format.ts';
import { sizeOf } from './size.ts';
import { momentOf } from './time.ts';

export type View =
  | { readonly outcome: 'viewed'; readonly page: PageViewed }
  | { readonly outcome: 'malformed'; readonly reason: string };

/** Reads a raw line. A well-formed one whose time cannot be real is a view at the time when it was logged. */
export function viewPage(request: RequestLogged): View {
  const groups = combinedFormat.exec(request.line)?.groups;
  if (!groups) return malformed(firstWrongField(request.line));
  const { client = '', time = '', method = '', target = '', status = '' } = groups;
  const { bytes = '', referrer = '', agent = '' } = groups;
  const size = sizeOf(bytes);
  if (size === undefined) return malformed('size');
  const page: PageViewed = {
    type: 'PageViewed',
    occurredAt: momentOf(time) ?? request.occurredAt,
    requestId: request.requestId,
    client,
    method,
    target,
    status,
    bytes: size,
    referrer,
    agent,
  };
  return { outcome: 'viewed', page };
}

function malformed(field: string): View {
  return { outcome: 'malformed', reason: `not the Apache combined format: wrong ${field}` };
}
