import { UsageError } from '../usage-error.ts';

/** The URL without the password in it, for people. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^\s:@/]*):[^\s]*@/, '$1:***@');
}

export function hasPassword(url: string): boolean {
  return /:\/\/[^\s:@/]*:[^\s]*@/.test(url);
}

/** The URL with a password that came from elsewhere. */
export function withPassword(url: string, password: string | undefined): string {
  if (password === undefined || password === '' || hasPassword(url)) return url;
  // A file of this machine has no login.
  if (url.startsWith('embedded:')) return url;
  const secret = encodeURIComponent(password);
  if (/:\/\/[^/@]+@/.test(url)) return url.replace('@', `:${secret}@`);
  if (/^rediss?:|^redis\+/.test(url)) return url.replace('://', `://:${secret}@`);
  throw new UsageError(
    `a password is given for ${url}, which names no user; write it as ${url.replace('://', '://user@')}`,
  );
}
