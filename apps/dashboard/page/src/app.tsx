import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Snapshot } from '../../src/api/snapshot.ts';
import { type Live, useLive } from './live/use-live.ts';
import { GroupsPage } from './pages/groups.tsx';
import { ShopPage } from './pages/shop.tsx';
import { TopicsPage } from './pages/topics.tsx';

const pages = ['shop', 'topics', 'groups'] as const;
type Page = (typeof pages)[number];
const titles: Readonly<Record<Page, string>> = { shop: 'Shop', topics: 'Topics', groups: 'Groups' };
const icons: Readonly<Record<Page, string>> = {
  shop: 'M3 9l2-5h14l2 5v11H3zM3 9h18M9 20v-6h6v6',
  topics: 'M3 6h13M3 12h18M3 18h9',
  groups: 'M8 11a3 3 0 100-6 3 3 0 000 6zM2 20c0-3 3-5 6-5s6 2 6 5M17 11a3 3 0 000-6M22 20c0-3-2-4-4-5',
};

export function App(): VNode {
  const live = useLive();
  const page = usePage();
  useTheme();
  return (
    <div class="shell">
      <nav class="side" aria-label="Pages">
        <p class="brand">Millrace</p>
        <ul>
          {pages.map((name) => (
            <li key={name}>
              <a href={`#/${name}`} {...(name === page ? { 'aria-current': 'page' as const } : {})}>
                <svg
                  viewBox="0 0 24 24"
                  fill="none"
                  stroke="currentColor"
                  stroke-width="2"
                  aria-hidden="true"
                >
                  <path d={icons[name]} />
                </svg>
                {titles[name]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <header class="top">
        <h1>{titles[page]}</h1>
        <span class="spring" />
        <Status live={live} />
      </header>
      <main>
        {live.snapshot ? (
          <Shown page={page} live={live} snapshot={live.snapshot} />
        ) : (
          <div class="loading" aria-label="loading" role="status" />
        )}
      </main>
    </div>
  );
}

function Shown({ page, live, snapshot }: { page: Page; live: Live; snapshot: Snapshot }): VNode {
  switch (page) {
    case 'shop':
      return <ShopPage live={live} snapshot={snapshot} />;
    case 'topics':
      return <TopicsPage snapshot={snapshot} />;
    case 'groups':
      return <GroupsPage snapshot={snapshot} />;
    default:
      return page satisfies never;
  }
}

function Status({ live: { connection, snapshot } }: { live: Live }): VNode {
  if (connection === 'lost')
    return (
      <span class="badge bad" role="status">
        no connection, trying again
      </span>
    );
  if (!snapshot)
    return (
      <span class="badge" role="status">
        connecting
      </span>
    );
  if (snapshot.problem !== null)
    return <span class="badge warn" role="status">{`${snapshot.backend} does not answer`}</span>;
  return <span class="badge good" role="status">{`live on ${snapshot.backend}`}</span>;
}

function usePage(): Page {
  const read = (): Page => pages.find((name) => location.hash === `#/${name}`) ?? 'shop';
  const [page, setPage] = useState(read);
  useEffect(() => {
    const follow = (): void => setPage(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return page;
}

/** As the system has it. */
function useTheme(): void {
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => {
      document.documentElement.dataset['theme'] = dark.matches ? 'dark' : 'light';
    };
    follow();
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, []);
}
