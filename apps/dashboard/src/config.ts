import { optionalUrl } from '@millrace/service';
import { streamsUrlProblem } from '@millrace/streams';
import { z } from 'zod';

export interface DashboardConfig {
  /** Asked of everybody who looks; needed when HOST is not this machine alone. */
  readonly DASHBOARD_TOKEN: string | undefined;
  /** A second dashboard on the same backend needs a group of its own, or the two would share the picture. */
  readonly DASHBOARD_GROUP: string;
  /** Whether changes are allowed. Default: on for this machine alone, off when other machines can look. */
  readonly DASHBOARD_WRITE: boolean;
  /** The page of Jaeger, such as http://127.0.0.1:16686; without it traces have no link. */
  readonly JAEGER_URL: string | undefined;
  /** Where `npm run compare` puts its reports; relative to the workspace. */
  readonly COMPARE_DIR: string;
  /** Other backends on which the page Guide plays: `redis://…,kafka://…`. Default: none but STREAMS_URL and the embedded log. */
  readonly GUIDE_BACKENDS: readonly string[];
}

const raw = z.object({
  HOST: z.string().default('127.0.0.1'),
  DASHBOARD_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  DASHBOARD_GROUP: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be letters, digits, ., _ or - (default dashboard)')
    .default('dashboard'),
  DASHBOARD_WRITE: z.enum(['on', 'off'], 'must be on or off (default on for this machine alone)').optional(),
  JAEGER_URL: optionalUrl(['http:', 'https:'], 'http://127.0.0.1:16686'),
  COMPARE_DIR: z.string().min(1).default('data/compare'),
  GUIDE_BACKENDS: z.string().default('').transform(backendUrls),
});

export const dashboardVariables: z.ZodType<DashboardConfig> = raw.transform(
  ({ HOST, DASHBOARD_WRITE, ...own }, context) => {
    if (own.DASHBOARD_TOKEN === undefined && !isLoopback(HOST)) {
      context.addIssue({
        code: 'custom',
        path: ['DASHBOARD_TOKEN'],
        message: `must be set, with at least 16 characters, because HOST=${HOST} lets other machines look`,
      });
    }
    return {
      DASHBOARD_TOKEN: own.DASHBOARD_TOKEN,
      DASHBOARD_GROUP: own.DASHBOARD_GROUP,
      DASHBOARD_WRITE: DASHBOARD_WRITE === undefined ? isLoopback(HOST) : DASHBOARD_WRITE === 'on',
      JAEGER_URL: own.JAEGER_URL,
      COMPARE_DIR: own.COMPARE_DIR,
      GUIDE_BACKENDS: own.GUIDE_BACKENDS,
    };
  },
);

/** A URL may name several servers of one backend: a comma begins the next backend only before its scheme. */
function backendUrls(text: string, context: z.RefinementCtx): readonly string[] {
  const urls = text.split(/,(?=\s*\w+:)/).map((url) => url.trim());
  const named = urls.filter((url) => url !== '');
  for (const url of named) {
    const problem = url.startsWith('embedded')
      ? 'must be URLs of Redis or Kafka (the embedded log is there without being named)'
      : streamsUrlProblem(url);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  }
  return named;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
