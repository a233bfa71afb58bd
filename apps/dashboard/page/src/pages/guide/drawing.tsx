import type { VNode } from 'preact';
import { topicColour } from '../../ui/format.tsx';
import { type DrawingForm, type Layout, layoutOf, type Placed } from './layout.ts';
import type { DrawnConsumer, Lane, Picture } from './picture.ts';
import { describePicture } from './sentence.ts';

/** Partitions with their records, consumers, who reads what, and the record on its way. */
export function Drawing({
  picture,
  form,
  at,
  backend,
}: {
  picture: Picture;
  form: DrawingForm;
  at: number;
  /** Named where two are drawn beside each other. */
  backend: string | null;
}): VNode {
  const layout = layoutOf(picture, form);
  const arrow = `guide-arrow-${backend ?? 'alone'}`;
  const stacked = form !== 'wide';
  const { moving } = picture;
  const from = layout.lanes.find(({ of }) => of.name === moving?.lane);
  const to = layout.consumers.find(({ of }) => of.name === moving?.consumer);
  // Beside the consumer, or above its corner where there is no room beside it: its texts stay readable.
  const end = to && (stacked ? { x: to.x + to.width - 74, y: to.y - 26 } : { x: to.x - 78, y: to.y + 14 });
  return (
    <figure class="guide-figure">
      <svg
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-label={`Partitions and consumers${backend === null ? '' : ` on ${backend}`}. ${describePicture(picture)}`}
      >
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 L8 4 L0 8 z" class="head" />
          </marker>
        </defs>
        {layout.links.map(({ key, path, strong }) => (
          <path key={key} d={path} class={strong ? 'link strong' : 'link'} marker-end={`url(#${arrow})`} />
        ))}
        {layout.lanes.map((lane) => (
          <LaneShape key={lane.of.name} lane={lane} layout={layout} />
        ))}
        {layout.consumers.map((consumer) => (
          <ConsumerShape key={consumer.of.name} consumer={consumer} />
        ))}
        {layout.nodes.map(({ of, x, y, width, height }) => (
          <g key={of.node} transform={`translate(${x} ${y})`} class={`node ${of.state}`}>
            <rect width={width} height={height} rx="8" />
            <text x="10" y="19" class="name">
              {of.state === 'down' ? `✝ ${of.node}` : of.node}
            </text>
            <text x="10" y="36">
              {of.state === 'down' ? 'down' : `leads ${of.leads.join(' ') || '–'}`}
            </text>
            <text x="10" y="51" class="quiet">
              {of.follows.length === 0 ? '' : short(`copies ${of.follows.join(' ')}`, 20)}
            </text>
          </g>
        ))}
        {moving && from && end ? (
          <g
            key={at}
            class="moving"
            style={{
              '--from-x': `${from.x + from.width - 70 - end.x}px`,
              '--from-y': `${from.y - end.y}px`,
            }}
            transform={`translate(${end.x} ${end.y})`}
          >
            <g class="travels">
              <rect x="-4" y="5" width="74" height="24" rx="6" />
              <text x="33" y="21" text-anchor="middle">
                {short(moving.label, 10)}
              </text>
            </g>
          </g>
        ) : null}
      </svg>
    </figure>
  );
}

function LaneShape({ lane: { of, x, y, width }, layout }: { lane: Placed<Lane>; layout: Layout }): VNode {
  const { chipWidth, labelWidth } = layout;
  const room = Math.max(1, Math.floor((width - labelWidth) / chipWidth));
  const shown = of.records.slice(-room);
  const hidden = of.stored - shown.length;
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect x="0" y="14" width="8" height="14" rx="2" style={{ fill: topicColour(of.topic) }} />
      <text x="13" y="25" class="name">
        {short(of.name, 13)}
      </text>
      <rect x={labelWidth - 6} y="0" width={width - labelWidth + 6} height="42" rx="8" class="rail" />
      {hidden > 0 ? (
        <text x={labelWidth - 10} y="40" text-anchor="end" class="quiet">
          {`${hidden} before`}
        </text>
      ) : null}
      {shown.map(({ label, offset }, index) => (
        <g key={`${offset}:${label}`} transform={`translate(${labelWidth + index * chipWidth} 4)`}>
          <rect
            width={chipWidth - 6}
            height="34"
            rx="6"
            style={{ fill: topicColour(of.topic) }}
            class="record"
          />
          {linesOf(label, Math.floor((chipWidth - 10) / 6.4)).map((line, row, lines) => (
            <text
              key={line}
              x={(chipWidth - 6) / 2}
              y={lines.length === 1 ? 21 : 15 + row * 13}
              text-anchor="middle"
              class="on-record"
            >
              {line}
            </text>
          ))}
          <text x={(chipWidth - 6) / 2} y="49" text-anchor="middle" class="offset">
            {offset}
          </text>
          {groupsAt(of, offset).map((group, row) => (
            <text key={group} x={(chipWidth - 6) / 2} y={61 + row * 11} text-anchor="middle" class="mark">
              {`▲ ${short(group, 11)}`}
            </text>
          ))}
        </g>
      ))}
    </g>
  );
}

function ConsumerShape({
  consumer: { of, x, y, width, height },
}: {
  consumer: Placed<DrawnConsumer>;
}): VNode {
  const state = of.state === 'up' ? '' : of.state === 'left' ? ' left' : ' killed';
  return (
    <g transform={`translate(${x} ${y})`} class={`consumer${state}`}>
      <rect width={width} height={height} rx="9" />
      <text x="12" y="19" class="name">
        {of.state === 'killed' ? `✝ ${of.name}` : of.name}
      </text>
      <text x={width - 10} y="19" text-anchor="end" class="quiet">
        {of.group === null || of.group === of.name ? '' : short(of.group, 12)}
      </text>
      <text x="12" y="36">
        {statusOf(of)}
      </text>
      <text x="12" y="52" class="pending">
        {of.unacknowledged.length === 0 || of.state !== 'up' ? '' : short(of.unacknowledged.join(', '), 28)}
      </text>
    </g>
  );
}

function statusOf({ state, handled, unacknowledged, partitions, group, from }: DrawnConsumer): string {
  if (state !== 'up') return state === 'left' ? 'has left' : 'killed';
  if (from === null && partitions.length === 0) return group === null ? 'reads' : 'idle';
  const open = unacknowledged.length;
  return `${handled} handled${open === 0 ? '' : ` · holds ${open}`}`;
}

function groupsAt({ committed }: Lane, offset: string): string[] {
  return Object.entries(committed).flatMap(([group, at]) => (at === offset ? [group] : []));
}

/** A label on one line if it fits, or else cut after its first word. */
function linesOf(label: string, most: number): readonly string[] {
  const at = label.indexOf(' ');
  if (label.length <= most || at < 0) return [short(label, most)];
  return [short(label.slice(0, at), most), short(label.slice(at + 1), most)];
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
