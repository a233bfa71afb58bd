import { z } from 'zod';
import type { Comparison } from '../api/compare.ts';

const measured = z.number().nullable();

/** What `npm run compare` writes, as far as the page shows it. */
const comparison: z.ZodType<Comparison> = z.object({
  measuredAt: z.string(),
  machine: z.string(),
  workload: z.record(z.string(), z.union([z.string(), z.number()])),
  conclusion: z.array(z.string()),
  backends: z.array(
    z.object({
      backend: z.string(),
      throughput: z.number(),
      pacedRate: z.number(),
      latencyMs: z.array(z.object({ percentile: z.number(), ms: z.number() })),
      clientCpuUs: z.number(),
      serverCpuUs: measured,
      serverMemory: measured,
      diskPerRecord: measured,
      failoverMs: measured,
      acksLost: z.array(z.object({ acks: z.string(), sent: z.number(), lost: z.number() })),
      notes: z.array(z.string()),
    }),
  ),
});

/** Null for any other report. */
export function comparisonIn(report: unknown): Comparison | null {
  return comparison.safeParse(report).data ?? null;
}
