import type { VNode } from 'preact';
import type { Snapshot } from '../../../src/api/snapshot.ts';
import type { Live } from '../live/use-live.ts';
import type { Route } from '../ui/route.ts';
import { BreakItPage } from './break-it.tsx';
import { ComparePage } from './compare/compare.tsx';
import { GroupPage } from './group/group.tsx';
import { GroupsPage } from './groups.tsx';
import { GuidePage } from './guide/guide.tsx';
import { OrderPage, OrdersPage } from './orders.tsx';
import { ShopPage } from './shop/shop.tsx';
import { TopicPage } from './topic/topic.tsx';
import { TopicsPage } from './topics.tsx';

export interface PageProps {
  readonly live: Live;
  readonly snapshot: Snapshot;
  readonly route: Route;
}

export interface Page {
  readonly path: string;
  readonly title: string;
  /** The path of a 24 by 24 drawing, in strokes. */
  readonly icon: string;
  /** Whether it is for any streams, or for the shop alone. */
  readonly shows: 'any streams' | 'the shop';
  readonly draw: (props: PageProps) => VNode;
}

/** The pages, in the order of the menu. A further page is a further entry. */
export const pages: readonly Page[] = [
  {
    path: 'shop',
    title: 'Shop',
    icon: 'M3 9l2-5h14l2 5v11H3zM3 9h18M9 20v-6h6v6',
    shows: 'the shop',
    draw: ({ live, snapshot }) => <ShopPage live={live} snapshot={snapshot} />,
  },
  {
    path: 'topics',
    title: 'Topics',
    icon: 'M3 6h13M3 12h18M3 18h9',
    shows: 'any streams',
    draw: ({ snapshot, route }) =>
      route.name === null ? (
        <TopicsPage snapshot={snapshot} />
      ) : (
        <TopicPage key={route.name} name={route.name} snapshot={snapshot} route={route} />
      ),
  },
  {
    path: 'groups',
    title: 'Groups',
    icon: 'M8 11a3 3 0 100-6 3 3 0 000 6zM2 20c0-3 3-5 6-5s6 2 6 5M17 11a3 3 0 000-6M22 20c0-3-2-4-4-5',
    shows: 'any streams',
    draw: ({ snapshot, route }) =>
      route.name === null ? (
        <GroupsPage snapshot={snapshot} />
      ) : (
        <GroupPage key={route.name} name={route.name} snapshot={snapshot} />
      ),
  },
  {
    path: 'orders',
    title: 'Orders',
    icon: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
    shows: 'the shop',
    draw: ({ route }) =>
      route.name === null ? <OrdersPage /> : <OrderPage key={route.name} id={route.name} />,
  },
  {
    path: 'break',
    title: 'Break it',
    icon: 'M13 2L4 14h7l-1 8 9-12h-7z',
    shows: 'the shop',
    draw: ({ snapshot }) => <BreakItPage snapshot={snapshot} />,
  },
  {
    path: 'compare',
    title: 'Compare',
    icon: 'M4 20V10M10 20V4M16 20v-8M22 20H2',
    shows: 'the shop',
    draw: () => <ComparePage />,
  },
  {
    path: 'guide',
    title: 'Guide',
    icon: 'M12 6c-2-2-5-2-9-2v14c4 0 7 0 9 2 2-2 5-2 9-2V4c-4 0-7 0-9 2zM12 6v14',
    shows: 'any streams',
    draw: ({ route }) => <GuidePage route={route} />,
  },
];
