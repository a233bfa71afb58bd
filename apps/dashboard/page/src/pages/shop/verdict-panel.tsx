import type { VNode } from 'preact';
import type { Check, Verdict } from '../../../../src/domain/audit/verdict.ts';
import { linkTo } from '../../ui/route.ts';

const kinds = { 'adds-up': 'good', reading: '', waiting: 'warn', wrong: 'bad' } as const;

/** What the auditor says, check by check, and what it found. */
export function VerdictPanel({ verdict }: { verdict: Verdict }): VNode {
  return (
    <section class={`notice verdict ${kinds[verdict.state]}`} aria-label="Auditor">
      <p>
        <strong>{verdict.says}</strong>{' '}
        <span class="small">since {new Date(verdict.since).toLocaleTimeString('en-GB')}</span>
      </p>
      <ul class="checks small">
        {verdict.checks.map((check) => (
          <CheckLine key={check.name} check={check} />
        ))}
      </ul>
      {verdict.findings.map(({ at, says, orderId }) => (
        <p key={`${at}${says}`} class="small mono">
          {says} {orderId === null ? null : <a href={linkTo('orders', orderId)}>its story</a>}
        </p>
      ))}
    </section>
  );
}

function CheckLine({ check }: { check: Check }): VNode {
  return (
    <li>
      <span class={`badge ${kinds[check.state]}`}>{check.name}</span> {check.says}
    </li>
  );
}
