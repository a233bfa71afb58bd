import type { VNode } from 'preact';
import type { Snapshot } from '../../../src/api/snapshot.ts';
import type { Check, Verdict } from '../../../src/domain/audit/verdict.ts';
import type { Live } from '../live/use-live.ts';
import { Amount, Duration, Figure, Money, TopicName, topicColour } from '../ui/format.tsx';

/** The shop at work: what it took, how fast, whether it adds up, and what flows through each stream. */
export function ShopPage({ live, snapshot }: { live: Live; snapshot: Snapshot }): VNode {
  const { shop } = snapshot;
  if (!shop) return <p class="empty">These streams are not the shop's.</p>;
  return (
    <>
      <VerdictPanel verdict={shop.verdict} />
      <dl class="figures">
        <Figure name="Messages per second">
          <Amount value={shop.messagesPerSecond} />
        </Figure>
        <Figure name="Captured">
          <Money pence={shop.captured.pence} />
        </Figure>
        <Figure name="Refunded">
          <Money pence={shop.refunded.pence} />
        </Figure>
        <Figure name="Orders under way">
          <Amount value={shop.orders} />
        </Figure>
        <Figure name="Order to shipped, p50">
          <Duration ms={shop.endToEnd.p50} />
        </Figure>
        <Figure name="Order to shipped, p99">
          <Duration ms={shop.endToEnd.p99} />
        </Figure>
      </dl>
      <section class="panel" aria-labelledby="streams">
        <header>
          <h2 id="streams">Streams</h2>
        </header>
        <div class="body lanes">
          {snapshot.topics
            .filter(({ name }) => !name.endsWith('.dead-letters'))
            .map((topic) => (
              <div key={topic.name} class="lane-row">
                <TopicName name={topic.name} />
                <Lanes name={topic.name} partitions={topic.partitions} live={live} />
                <Amount value={topic.perSecond} unit="/s" />
              </div>
            ))}
        </div>
      </section>
      <section class="panel" aria-labelledby="services">
        <header>
          <h2 id="services">Services</h2>
        </header>
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Members</th>
              <th scope="col">Lag</th>
            </tr>
          </thead>
          <tbody>
            {shop.services.map(({ name, members, lag }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <Amount value={members} />
                </td>
                <td>
                  <Amount value={lag} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

const badges = { 'adds-up': 'good', reading: '', waiting: 'warn', wrong: 'bad' } as const;

function VerdictPanel({ verdict }: { verdict: Verdict }): VNode {
  return (
    <section class={`notice ${badges[verdict.state]}`} aria-label="Auditor">
      <p>
        <strong>{verdict.says}</strong>{' '}
        <span class="small">since {new Date(verdict.since).toLocaleTimeString('en-GB')}</span>
      </p>
      <ul class="checks small">
        {verdict.checks.map((check) => (
          <CheckLine key={check.name} check={check} />
        ))}
      </ul>
      {verdict.findings.map((finding) => (
        <p key={`${finding.at}${finding.says}`} class="small mono">
          {finding.says}
        </p>
      ))}
    </section>
  );
}

function CheckLine({ check }: { check: Check }): VNode {
  return (
    <li>
      <span class={`badge ${badges[check.state]}`}>{check.name}</span> {check.says}
    </li>
  );
}

/** A lane per partition; its bar is as full as its share of what just went through. */
function Lanes({ name, partitions, live }: { name: string; partitions: number; live: Live }): VNode {
  const flow = live.flow?.topics.find(({ topic }) => topic === name);
  return (
    <span class="lanes-of" aria-hidden="true">
      {Array.from({ length: Math.min(partitions, 24) }, (_, lane) => {
        const count = flow?.partitions.filter((partition) => partition === lane).length ?? 0;
        return (
          <span key={lane} class="bar" style={{ '--of': topicColour(name) }}>
            <span style={{ width: `${Math.min(count * 25, 100)}%` }} />
          </span>
        );
      })}
    </span>
  );
}
