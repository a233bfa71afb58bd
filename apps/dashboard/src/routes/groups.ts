import { HttpProblem, type HttpServer } from '@millrace/service';
import { isStreamsError, parsePosition, type Start } from '@millrace/streams';
import { z } from 'zod';
import type { ChangeLog } from '../changes/change-log.ts';
import { type DeadLettersOptions, listDeadLetters } from '../groups/dead-letters.ts';
import { groupDetails } from '../groups/group-details.ts';
import { redriveLetters } from '../groups/redrive.ts';
import { planSeek, seek } from '../groups/seek.ts';
import type { History } from '../watch/history.ts';
import { OldestAge } from '../watch/oldest-age.ts';
import { known } from './topics.ts';

export interface GroupRoutesOptions extends DeadLettersOptions {
  readonly history: History;
  readonly changes: ChangeLog;
}

const params = z.object({ group: z.string().min(1).max(1_000) });
const number = z.coerce.number().int().nonnegative();
const overMs = z.object({ overMs: number.min(60_000).max(86_400_000).default(3_600_000) });
const letters = z.object({
  limit: number.min(1).max(2_000).default(500),
  reveal: z.stringbool().default(false),
});
const seekBody = z.object({
  /** `earliest`, `latest`, a time in ISO 8601, or `after topic:partition:offset`. */
  to: z.string().min(1),
  topic: z.string().optional(),
  partition: z.number().int().nonnegative().optional(),
  dryRun: z.boolean(),
});
const claimBody = z.object({
  member: z.string().min(1).max(200),
  positions: z.array(z.string()).min(1).max(1_000),
  minIdleMs: z.number().int().nonnegative().default(0),
});
const redriveBody = z.object({
  letters: z.union([z.literal('all'), z.array(z.string()).min(1).max(2_000)]),
  edit: z
    .union([
      z.object({ value: z.string() }),
      z.object({
        set: z
          .array(z.object({ path: z.string().min(1), to: z.string() }))
          .min(1)
          .max(20),
      }),
    ])
    .optional(),
});

/** `GET /api/groups/:group` and what lies below; `POST` to move it, to claim entries and to redrive its dead letters. */
export function addGroupRoutes(server: HttpServer, options: GroupRoutesOptions): void {
  const { streams, history, changes } = options;
  const age = new OldestAge(streams);
  server.get('/api/groups/:group', { schema: { params } }, (request) =>
    known(groupDetails(streams, age, request.params.group)),
  );
  server.get('/api/groups/:group/history', { schema: { params, querystring: overMs } }, (request) =>
    history.ofGroup(request.params.group, request.query.overMs, Date.now()),
  );
  server.get('/api/groups/:group/dead-letters', { schema: { params, querystring: letters } }, (request) =>
    known(listDeadLetters(options, request.params.group, request.query)),
  );
  server.post('/api/groups/:group/seek', { schema: { params, body: seekBody } }, (request) => {
    const { group } = request.params;
    const { to, topic, partition, dryRun } = request.body;
    const wanted = { group, to: startOf(to), topic, partition };
    if (dryRun) return possible(planSeek(streams, wanted));
    const change = { action: 'seek', target: group, details: { to, topic, partition } };
    return possible(changes.perform(request, change, () => seek(streams, wanted)));
  });
  server.post('/api/groups/:group/claim', { schema: { params, body: claimBody } }, (request) => {
    const { group } = request.params;
    const { member, positions, minIdleMs } = request.body;
    const change = { action: 'claim', target: group, details: { member, positions, minIdleMs } };
    return possible(
      changes.perform(request, change, async () => ({
        claimed: await streams.admin.claim(group, member, {
          positions: positions.map(positionOf),
          minIdleMs,
        }),
      })),
    );
  });
  server.post('/api/groups/:group/redrive', { schema: { params, body: redriveBody } }, (request) => {
    const { group } = request.params;
    const { edit } = request.body;
    const wanted = { group, letters: request.body.letters, edit };
    const change = {
      action: 'redrive',
      target: group,
      details: { letters: wanted.letters, edited: edit !== undefined },
    };
    return possible(
      changes.perform(request, change, async () => ({ redriven: await redriveLetters(options, wanted) })),
    );
  });
}

function startOf(text: string): Start {
  if (text === 'earliest' || text === 'latest') return text;
  const [, position] = /^after (.+)$/.exec(text) ?? [];
  if (position !== undefined) return { after: positionOf(position) };
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new HttpProblem(
      400,
      'Bad Request',
      `${text} is none of earliest, latest, a time, after topic:partition:offset.`,
    );
  return { at: new Date(at) };
}

function positionOf(text: string): NonNullable<ReturnType<typeof parsePosition>> {
  const position = parsePosition(text);
  if (position) return position;
  throw new HttpProblem(400, 'Bad Request', `${text} is no position; write topic:partition:offset.`);
}

/** What the backend refuses is the request's fault: 409 says why. */
async function possible<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await known(result);
  } catch (error) {
    if (isStreamsError(error) && ['GROUP_ACTIVE', 'UNSUPPORTED', 'INVALID_ARGUMENT'].includes(error.code))
      throw new HttpProblem(409, 'Conflict', error.message);
    throw error;
  }
}
