import type { AccessLogFigures } from '@millrace/testing';
import { viewPage } from '../../../../apps/webserver/src/domain/view-page.ts';
import { readAccessLog } from '../../src/sales/read-access-log.ts';

/** What a replay of the access log reports; `chunks` are its bytes as characters. */
export async function serve(chunks: AsyncIterable<string>): Promise<AccessLogFigures> {
  const byStatus: Record<string, number> = {};
  const figures = { lines: 0, pageViews: 0, malformed: 0, bytes: 0 };
  for await (const batch of readAccessLog(chunks, '2025-11-22T20:00:00.000Z')) {
    for (const request of batch) {
      figures.lines++;
      const view = viewPage(request);
      if (view.outcome === 'malformed') {
        figures.malformed++;
        continue;
      }
      const { status, bytes } = view.page;
      figures.pageViews++;
      figures.bytes += bytes;
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    }
  }
  return { ...figures, byStatus };
}
