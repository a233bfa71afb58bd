import { resolve } from 'node:path';
import { maskCredentials } from '../mask-credentials.ts';
import { driverPackages, embeddedFile, embeddedScheme } from './drivers.ts';

const streamsUrlForms: readonly string[] = [
  'embedded:./.data/streams.db',
  'redis://host:6379',
  'rediss://user:password@host:6379',
  'redis+cluster://a:6379,b:6379',
  'redis+sentinel://a:26379,b:26379/master-name',
  'kafka://a:9092,b:9092',
  'kafka+ssl://user:password@a:9093?sasl=scram-sha-512',
];

/** What is wrong with a backend's URL, for people; undefined when nothing is. Passwords are masked. */
export function streamsUrlProblem(url: string): string | undefined {
  const scheme = schemeOf(url);
  if (scheme === undefined) return `is not a URL; write one such as ${streamsUrlForms.join(', ')}`;
  if (!(scheme in driverPackages)) {
    return `has the scheme ${maskCredentials(scheme)}, which no backend has; use one of ${Object.keys(driverPackages).join(' ')}`;
  }
  const rest = url.slice(scheme.length);
  if (scheme === embeddedScheme)
    return rest.replace(/^\/+$/, '') === '' ? `names no file; write ${streamsUrlForms[0]}` : undefined;
  return /^\/\/[^/?#]+/.test(rest) ? undefined : `names no host; write it as ${scheme}//host:port`;
}

export function schemeOf(url: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase();
}

/** The URL with an embedded file made absolute; other URLs stay as they are. */
export function resolveStreamsUrl(url: string, root: string): string {
  return schemeOf(url) === embeddedScheme ? `${embeddedScheme}${resolve(root, embeddedFile(url))}` : url;
}
