import type { VNode } from 'preact';
import type { GroupFigures, ServiceFigures, Snapshot, TopicFigures } from '../../../../src/api/snapshot.ts';
import type { Live } from '../../live/use-live.ts';
import { Panel } from '../../ui/data-table.tsx';
import { Amount, Duration, Figure, Money, TopicName } from '../../ui/format.tsx';
import { linkTo } from '../../ui/route.ts';
import { Lanes } from './lanes.tsx';
import { VerdictPanel } from './verdict-panel.tsx';

const writers: Readonly<Record<string, readonly string[]>> = {
  'payment-events': ['storefront'],
  'inventory-events': ['storefront'],
  'payment-results': ['payment'],
  'stock-movements': ['inventory'],
  'stock-allocations': ['inventory'],
  'inventory-results': ['inventory'],
  emails: ['payment', 'shipping'],
  'webserver-events': ['storefront'],
  'page-views': ['webserver'],
};
/** In the order in which an order goes through them. */
const order = Object.keys(writers);

/** The shop at work: whether it adds up, what it took, how fast, and every message on its way. */
export function ShopPage({ live, snapshot }: { live: Live; snapshot: Snapshot }): VNode {
  const { shop } = snapshot;
  if (!shop) return <p class="empty">These streams are not the shop's.</p>;
  const streams = snapshot.topics
    .filter(({ name }) => order.includes(name))
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return (
    <>
      <VerdictPanel verdict={shop.verdict} />
      <dl class="figures">
        <Figure name="Messages per second">
          <Amount value={shop.messagesPerSecond} />
        </Figure>
        <Figure name="Captured">
          <Money pence={shop.captured?.pence ?? null} />
        </Figure>
        <Figure name="Refunded">
          <Money pence={shop.refunded?.pence ?? null} />
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
      <Panel
        title="Streams"
        aside={<span class="small quiet">each lane is a partition, each dot a message</span>}
      >
        <ol class="streams">
          {streams.map((topic) => (
            <Stream key={topic.name} topic={topic} snapshot={snapshot} live={live} />
          ))}
        </ol>
      </Panel>
      <Panel title="Services">
        <ul class="chips body">
          {shop.services.map((service) => (
            <ServiceChip key={service.name} service={service} />
          ))}
        </ul>
      </Panel>
    </>
  );
}

function Stream({ topic, snapshot, live }: { topic: TopicFigures; snapshot: Snapshot; live: Live }): VNode {
  const readers = snapshot.groups.filter(
    ({ name, topics }) => topics.includes(topic.name) && name !== 'dashboard',
  );
  return (
    <li class="stream">
      <div class="who">
        {(writers[topic.name] ?? []).map((name) => (
          <span key={name} class="chip">
            {name}
          </span>
        ))}
      </div>
      <div class="band">
        <div class="row">
          <a href={linkTo('topics', topic.name)}>
            <TopicName name={topic.name} />
          </a>
          <span class="spring" />
          <span class="small">
            <Amount value={topic.perSecond} unit="/s" />
          </span>
        </div>
        <Lanes topic={topic.name} partitions={topic.partitions} live={live} />
      </div>
      <div class="who">
        {readers.map((group) => (
          <ReaderChip key={group.name} group={group} />
        ))}
      </div>
    </li>
  );
}

const states = { idle: '', working: '', behind: 'warn', stalled: 'bad', empty: 'bad' } as const;

function ReaderChip({ group: { name, state, lag, members } }: { group: GroupFigures }): VNode {
  const says =
    members === 0
      ? 'no member'
      : lag === null
        ? 'lag unknown'
        : lag > 0
          ? `${new Intl.NumberFormat('en-GB').format(lag)} behind`
          : '';
  return (
    <a class={`chip ${states[state]}`} href={linkTo('groups', name)}>
      {name}
      {says === '' ? '' : <span class="small"> {says}</span>}
    </a>
  );
}

function ServiceChip({ service: { name, members, lag } }: { service: ServiceFigures }): VNode {
  const kind = members === 0 ? 'bad' : members === null ? '' : 'good';
  return (
    <li class={`service ${kind}`}>
      <strong>{name}</strong>
      <span class="small">
        {members === null ? (
          <span class="unknown">members unknown</span>
        ) : (
          `${members} ${members === 1 ? 'member' : 'members'}`
        )}
        {', lag '}
        <Amount value={lag} />
      </span>
    </li>
  );
}
