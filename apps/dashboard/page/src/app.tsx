import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Live, useLive } from './live/use-live.ts';
import { type Page, pages } from './pages/registry.tsx';
import { type Route, useRoute } from './ui/route.ts';
import { Loading } from './ui/states.tsx';

export function App(): VNode {
  const live = useLive();
  const route = useRoute();
  const shown = pages.filter(({ shows }) => live.snapshot?.mode !== 'console' || shows === 'any streams');
  const page = shown.find(({ path }) => path === route.page) ?? shown[0] ?? pages[0];
  const main = useRef<HTMLElement>(null);
  useTheme();
  useTitle(page, route);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <nav class="side" aria-label="Pages">
        <p class="brand">
          <Mark />
          Millrace
        </p>
        <ul>
          {shown.map((each) => (
            <li key={each.path}>
              <a href={`#/${each.path}`} {...(each === page ? { 'aria-current': 'page' as const } : {})}>
                <svg
                  viewBox="0 0 24 24"
                  fill="none"
                  stroke="currentColor"
                  stroke-width="2"
                  aria-hidden="true"
                >
                  <path d={each.icon} />
                </svg>
                {each.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <header class="top">
        <h1>{page?.title}</h1>
        <span class="spring" />
        <Status live={live} />
      </header>
      <main ref={main} tabIndex={-1} id="main">
        {live.connection === 'lost' && live.snapshot ? (
          <div class="notice warn" role="alert">
            The dashboard cannot be reached; it is tried again all the while. What is shown was true at{' '}
            {new Date(live.snapshot.at).toLocaleTimeString('en-GB')}.
          </div>
        ) : null}
        {live.snapshot?.problem ? (
          <div class="notice warn" role="alert">
            The backend does not answer: {live.snapshot.problem}. What is shown is older.
          </div>
        ) : null}
        {(live.snapshot?.unsafeSettings ?? []).map((says) => (
          <p key={says} class="notice warn">
            {says}
          </p>
        ))}
        {live.snapshot ? page?.draw({ live, snapshot: live.snapshot, route }) : <Loading />}
      </main>
    </div>
  );
}

function Mark(): VNode {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="4" fill="var(--accent)" />
      <path d="M2 5h9M5 8h9M2 11h9" stroke="var(--on-accent)" stroke-width="2" stroke-linecap="round" />
    </svg>
  );
}

function useTitle(page: Page | undefined, { name }: Route): void {
  useEffect(() => {
    document.title = `${name === null ? '' : `${name} · `}${page?.title ?? ''} · Millrace`;
  }, [page, name]);
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
