import { z } from 'zod';

export interface DashboardConfig {
  /** Asked of everybody who looks; needed when HOST is not this machine alone. */
  readonly DASHBOARD_TOKEN: string | undefined;
  /** A second dashboard on the same backend needs a group of its own, or the two would share the picture. */
  readonly DASHBOARD_GROUP: string;
}

const raw = z.object({
  HOST: z.string().default('127.0.0.1'),
  DASHBOARD_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  DASHBOARD_GROUP: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be letters, digits, ., _ or - (default dashboard)')
    .default('dashboard'),
});

export const dashboardVariables: z.ZodType<DashboardConfig> = raw.transform(({ HOST, ...own }, context) => {
  if (own.DASHBOARD_TOKEN === undefined && !isLoopback(HOST)) {
    context.addIssue({
      code: 'custom',
      path: ['DASHBOARD_TOKEN'],
      message: `must be set, with at least 16 characters, because HOST=${HOST} lets other machines look`,
    });
  }
  return { DASHBOARD_TOKEN: own.DASHBOARD_TOKEN, DASHBOARD_GROUP: own.DASHBOARD_GROUP };
});

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
