import { HttpProblem, type HttpRequest } from '@millrace/service';

/**
 * Changes come from the dashboard's own page or from a program: a browser says in its headers when another site asks.
 * 403 when it does, or when changes are turned off here.
 */
export function assertMayChange(request: HttpRequest, writable: boolean): void {
  if (!writable)
    throw new HttpProblem(
      403,
      'Forbidden',
      'This dashboard only shows; DASHBOARD_WRITE=on (console: --write) allows changes.',
    );
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw elsewhere();
  if (origin !== undefined && !isOwn(origin, request.headers.host)) throw elsewhere();
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function elsewhere(): HttpProblem {
  return new HttpProblem(
    403,
    'Forbidden',
    'Changes are taken from this dashboard itself, not from other sites.',
  );
}
