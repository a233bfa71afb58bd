import { randomBytes } from 'node:crypto';
import { findScenario, GuideError, readParameters, scenarios } from '@millrace/guide';
import { HttpProblem, type HttpRequest, type HttpServer } from '@millrace/service';
import { z } from 'zod';
import type { GuideListing } from '../api/guide.ts';
import type { GuideBackend } from './guide-backends.ts';
import { GuideRun } from './guide-run.ts';

export interface GuideRoutesOptions {
  readonly backends: readonly GuideBackend[];
  readonly writable: boolean;
  readonly stopping: AbortSignal;
}

/** Each takes processes and connections of its own. */
const mostRuns = 4;

const playQuery = z
  .object({
    picture: z.string().min(1).max(20),
    seed: z.coerce.number().int().min(0).max(4_294_967_295),
    on: z.string().max(40).optional(),
    beside: z.string().max(40).optional(),
  })
  .catchall(z.coerce.number());
const runParams = z.object({ run: z.string().max(40) });
const crashBody = z.object({
  consumer: z.string().min(1).max(100),
  side: z.number().int().min(0).max(1).default(0),
});

/**
 * `GET /api/guide`: the pictures. `GET /api/guide/play`: plays one, as server-sent events, in a namespace of its own that is
 * removed afterwards, `on` a backend and, where that is asked for, `beside` it on another. `POST /api/guide/runs/:run/next` and `/crash`: what the viewer does.
 */
export function addGuideRoutes(
  server: HttpServer,
  { backends, writable, stopping }: GuideRoutesOptions,
): void {
  const runs = new Map<string, GuideRun>();
  server.get(
    '/api/guide',
    (): GuideListing => ({
      backends: backends.map(({ name, kind }) => ({ name, kind })),
      writable,
      pictures,
    }),
  );
  server.get('/api/guide/play', { schema: { querystring: playQuery } }, (request, reply) => {
    if (!writable)
      throw new HttpProblem(
        403,
        'Forbidden',
        'The guide stores records: set DASHBOARD_WRITE=on to play it here.',
      );
    if (fromElsewhere(request))
      throw new HttpProblem(403, 'Forbidden', 'Only the pages of this dashboard play the guide.');
    if (runs.size >= mostRuns)
      throw new HttpProblem(
        429,
        'Too Many Requests',
        `${mostRuns} pictures are playing; wait for one to end.`,
      );
    const { picture, seed, on, beside, ...given } = request.query;
    const scenario = findScenario(picture);
    if (!scenario) throw new HttpProblem(404, 'Not Found', `No scenario plays picture ${picture}.`);
    const parameters = readable(() => readParameters(scenario.parameters, given));
    const playedOn = [on, ...(beside === undefined ? [] : [beside])].map((name) => backendOf(backends, name));
    const id = randomBytes(12).toString('hex');
    reply.hijack();
    const run = new GuideRun({ id, scenario, backends: playedOn, parameters, seed, stopping }, reply.raw);
    runs.set(id, run);
    void run.play().finally(() => runs.delete(id));
  });
  server.post('/api/guide/runs/:run/next', { schema: { params: runParams } }, (request) => ({
    begins: found(runs, request.params.run).next(),
  }));
  server.post(
    '/api/guide/runs/:run/crash',
    { schema: { params: runParams, body: crashBody } },
    async ({ params, body }) => ({ crashed: await found(runs, params.run).crash(body.consumer, body.side) }),
  );
}

const pictures: GuideListing['pictures'] = scenarios.map(({ play: _play, ...summary }) => summary);

/** The dashboard's own where none is named. */
function backendOf(backends: readonly GuideBackend[], name: string | undefined): GuideBackend {
  const backend = name === undefined ? backends[0] : backends.find((each) => each.name === name);
  if (backend) return backend;
  const known = backends.map((each) => each.name).join(', ');
  throw new HttpProblem(
    404,
    'Not Found',
    `This dashboard plays no picture on ${JSON.stringify(name)}; it has ${known}. GUIDE_BACKENDS names others.`,
  );
}

function found(runs: ReadonlyMap<string, GuideRun>, id: string): GuideRun {
  const run = runs.get(id);
  if (!run) throw new HttpProblem(404, 'Not Found', 'That run is over.');
  return run;
}

/** A page of another site cannot read what this says, and must not start anything either. */
function fromElsewhere(request: HttpRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof GuideError) throw new HttpProblem(400, 'Bad Request', error.message);
    throw error;
  }
}
