import { useEffect, useState } from 'preact/hooks';

/** `#/topics/emails?partition=3`: a page, what it shows, and how. */
export interface Route {
  readonly page: string;
  readonly name: string | null;
  readonly query: URLSearchParams;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const follow = (): void => setRoute(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

export function linkTo(page: string, name?: string, query?: Readonly<Record<string, string>>): string {
  const path = name === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(name)}`;
  return query === undefined ? path : `${path}?${new URLSearchParams(query)}`;
}

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...rest] = path.split('/');
  const name = rest.join('/');
  return { page, name: name === '' ? null : decoded(name), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
