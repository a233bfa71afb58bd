import { createHash, timingSafeEqual } from 'node:crypto';
import { HttpProblem, type HttpRequest, type HttpServer } from '@millrace/service';
import { isLoopback } from '../config.ts';

const cookieName = 'millrace-dashboard';
/** Asked by whatever keeps the service running. */
const open: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/**
 * With a token everybody must bring it: as `Authorization: Bearer`, or once as `?token=`, which becomes a cookie.
 * Without one the dashboard answers under this machine's own names only, so that no web page elsewhere can reach it
 * under a name that it made point here.
 */
export function guard(server: HttpServer, token: string | undefined): void {
  server.addHook('onRequest', async (request, reply) => {
    if (open.has(request.routeOptions.url ?? '')) return;
    if (token === undefined) {
      if (!isLoopback(request.hostname.replace(/^\[|\]$/g, '')))
        throw new HttpProblem(403, 'Forbidden', 'Ask for it by a name of this machine, such as 127.0.0.1.');
      return;
    }
    const [path = '/', query = ''] = request.url.split('?');
    const offered = new URLSearchParams(query).get('token');
    if (offered !== null && same(offered, token)) {
      reply.header('set-cookie', `${cookieName}=${digest(token)}; HttpOnly; SameSite=Strict; Path=/`);
      return reply.redirect(path, 303);
    }
    if (!brings(request, token))
      throw new HttpProblem(401, 'Unauthorized', 'Add ?token= with the DASHBOARD_TOKEN.');
  });
}

function brings(request: HttpRequest, token: string): boolean {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return same(bearer, token);
  const cookies = (request.headers.cookie ?? '').split(/; */);
  return cookies.some((cookie) => same(cookie, `${cookieName}=${digest(token)}`));
}

/** In a time that tells nothing about the token. */
function same(offered: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(digest(offered)), Buffer.from(digest(expected)));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
