import type { Tracing } from '@millrace/streams-telemetry';
import type { LogEvent, Logger as StatementLogger } from 'kysely';

/** A span for each statement of what is traced: which kind and how long, never its text or values. */
export function traceStatements(system: 'sqlite' | 'postgresql', tracing: Tracing): StatementLogger {
  return ({ query, queryDurationMillis }: LogEvent) => {
    const operation = firstWord(query.sql);
    tracing.ended(
      {
        name: `${operation} ${system}`,
        attributes: { databaseSystem: system, databaseOperation: operation },
      },
      queryDurationMillis,
    );
  };
}

function firstWord(text: string): string {
  return /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
}
