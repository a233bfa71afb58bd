import type { GuideNode } from '@millrace/guide/events';
import type { DrawnConsumer, Lane, Picture } from './picture.ts';

export interface Placed<Thing> {
  readonly of: Thing;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly labelWidth: number;
  readonly chipWidth: number;
  readonly lanes: readonly Placed<Lane>[];
  readonly consumers: readonly Placed<DrawnConsumer>[];
  readonly nodes: readonly Placed<GuideNode>[];
  readonly links: readonly { readonly key: string; readonly path: string; readonly strong: boolean }[];
}

const [laneHeight, consumerHeight, nodeHeight, gap, edge] = [78, 62, 58, 10, 10] as const;

/**
 * Wide: partitions on the left, consumers on the right. Half of that, for two beside each other, and narrow: one below the
 * other, so that texts stay readable.
 */
export type DrawingForm = 'wide' | 'half' | 'narrow';

const widths = { wide: 860, half: 480, narrow: 360 } as const;
const consumerColumns = { wide: 1, half: 2, narrow: 2 } as const;
const nodeColumnsOf = { wide: 6, half: 3, narrow: 2 } as const;

export function layoutOf(picture: Picture, form: DrawingForm): Layout {
  const stacked = form !== 'wide';
  const width = widths[form];
  const laneWidth = stacked ? width - 2 * edge : 592;
  const columns = consumerColumns[form];
  const consumerWidth = stacked ? (width - 2 * edge - (columns - 1) * gap) / columns : 190;
  const lanes = picture.lanes.map((of, index) => ({
    of,
    x: edge,
    y: edge + index * laneHeight,
    width: laneWidth,
    height: laneHeight,
  }));
  const lanesEnd = edge + lanes.length * laneHeight;
  const consumersTop = stacked ? lanesEnd + 30 : edge;
  const consumersLeft = stacked ? edge : width - edge - consumerWidth;
  const consumers = picture.consumers.map((of, index) => ({
    of,
    x: consumersLeft + (index % columns) * (consumerWidth + gap),
    y: consumersTop + Math.floor(index / columns) * (consumerHeight + gap),
    width: consumerWidth,
    height: consumerHeight,
  }));
  const rows = Math.ceil(consumers.length / columns);
  const nodesTop = Math.max(lanesEnd, consumersTop + rows * (consumerHeight + gap)) + gap;
  const nodeColumns = nodeColumnsOf[form];
  const nodeWidth = (width - 2 * edge - (nodeColumns - 1) * gap) / nodeColumns;
  const nodes = picture.nodes.map((of, index) => ({
    of,
    x: edge + (index % nodeColumns) * (nodeWidth + gap),
    y: nodesTop + Math.floor(index / nodeColumns) * (nodeHeight + gap),
    width: nodeWidth,
    height: nodeHeight,
  }));
  const nodeRows = Math.ceil(nodes.length / nodeColumns);
  return {
    width,
    height: Math.max(120, nodesTop + nodeRows * (nodeHeight + gap)),
    labelWidth: stacked ? 96 : 112,
    chipWidth: 119,
    lanes,
    consumers,
    nodes,
    links: stacked ? [] : linksOf(lanes, consumers),
  };
}

/** Strong where a group has given the partition; thin where the last record came from. */
function linksOf(
  lanes: readonly Placed<Lane>[],
  consumers: readonly Placed<DrawnConsumer>[],
): Layout['links'] {
  return consumers.flatMap((consumer) => {
    const { name, state, partitions, from } = consumer.of;
    if (state !== 'up') return [];
    return lanes.flatMap((lane) => {
      const strong = partitions.includes(lane.of.partition);
      if (!strong && lane.of.name !== from) return [];
      const [x1, y1] = [lane.x + lane.width, lane.y + 21];
      // The head of the arrow lies before the consumer.
      const [x2, y2] = [consumer.x - 3, consumer.y + consumer.height / 2];
      const middle = (x1 + x2) / 2;
      const path = `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
      return [{ key: `${name}<${lane.of.name}`, path, strong }];
    });
  });
}
