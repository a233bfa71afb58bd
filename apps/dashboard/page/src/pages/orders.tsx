import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { OrderRow, OrderStory } from '../../../src/api/orders.ts';
import { useFetched } from '../api/client.ts';
import { type Column, DataTable, Panel } from '../ui/data-table.tsx';
import { TextField, Toggle } from '../ui/fields.tsx';
import { Duration, Figure, Moment, Money, TopicName } from '../ui/format.tsx';
import { Message } from '../ui/message.tsx';
import { linkTo } from '../ui/route.ts';
import { Shown } from '../ui/states.tsx';

const columns: readonly Column<OrderRow>[] = [
  {
    title: 'Order',
    cell: ({ orderId }) => (
      <a class="mono" href={linkTo('orders', orderId)}>
        {orderId}
      </a>
    ),
  },
  {
    title: 'Last step',
    cell: ({ state }) => <span class="badge">{inWords(state)}</span>,
    left: true,
  },
  {
    title: 'Amount',
    cell: ({ pence }) => (pence === null ? <span class="unknown">unknown</span> : <Money pence={pence} />),
  },
  { title: 'Began', cell: ({ firstAt }) => <Moment at={firstAt} /> },
  { title: 'Took so far', cell: ({ firstAt, lastAt }) => <Duration ms={lastAt - firstAt} /> },
];

/** `PaymentCaptured` and `product_delivered` as `payment captured` and `product delivered`. */
function inWords(state: string): string {
  return state
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** The newest orders. */
export function OrdersPage(): VNode {
  const [id, setId] = useState('');
  const orders = useFetched<readonly OrderRow[]>(`api/orders?limit=50&id=${encodeURIComponent(id)}`, 2_000);
  return (
    <Panel title="Newest orders">
      <form
        class="body fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (id !== '') location.hash = linkTo('orders', id);
        }}
      >
        <TextField label="Order, or how it begins" value={id} placeholder="O-1234" onValue={setId} />
        <button type="submit">Open it</button>
      </form>
      <Shown of={orders}>
        {(rows) => (
          <DataTable
            label="Newest orders"
            columns={columns}
            rows={rows}
            keyOf={({ orderId }) => orderId}
            empty={id === '' ? 'No order has come yet.' : 'No order of the last begins so.'}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** One order through all topics, from its request to its last e-mail. */
export function OrderPage({ id }: { id: string }): VNode {
  const [reveal, setReveal] = useState(false);
  const story = useFetched<OrderStory>(`api/orders/${encodeURIComponent(id)}?reveal=${reveal}`, 5_000);
  return (
    <>
      <p class="crumbs">
        <a href={linkTo('orders')}>Orders</a> / <span class="mono">{id}</span>
        <Toggle label="Show personal fields" on={reveal} onToggle={setReveal} />
      </p>
      <Shown of={story}>{(value) => <Told story={value} reveal={reveal} />}</Shown>
    </>
  );
}

function Told({ story: { order, story }, reveal }: { story: OrderStory; reveal: boolean }): VNode {
  const first = story.steps[0]?.message.timestamp ?? 0;
  const last = story.steps.at(-1)?.message.timestamp ?? first;
  const mails = story.steps.filter(({ message }) => message.topic === 'emails');
  return (
    <>
      <dl class="figures">
        <Figure name="Amount">
          {order?.pence == null ? <span class="unknown">unknown</span> : <Money pence={order.pence} />}
        </Figure>
        <Figure name="Messages">{story.steps.length}</Figure>
        <Figure name="First to last">
          <Duration ms={last - first} />
        </Figure>
        <Figure name="E-mails">{mails.length}</Figure>
      </dl>
      <p class="small">
        Looked at {story.looked} records.{' '}
        {story.traceUrl ? (
          <a href={story.traceUrl}>Open its trace in Jaeger</a>
        ) : (
          'It has no trace to open: tracing is off, or JAEGER_URL is not set.'
        )}
      </p>
      <Panel title="Its story">
        {story.steps.length === 0 ? (
          <p class="empty">Nothing of this order was found. It may be too old, or never have been.</p>
        ) : (
          <ol class="timeline">
            {story.steps.map(({ message }) => (
              <li key={`${message.topic}${message.partition}${message.offset}`}>
                <span class="small quiet number">+{((message.timestamp - first) / 1_000).toFixed(3)} s</span>
                <TopicName name={message.topic} />
                <Message message={message} reveal={reveal} />
              </li>
            ))}
          </ol>
        )}
      </Panel>
    </>
  );
}
