import { backendKind } from '@millrace/guide';
import type { BackendKind } from '@millrace/guide/events';

/** Where pictures can be played. Pages know it by its name alone: a link cannot send a run to a server of its choice. */
export interface GuideBackend {
  readonly name: string;
  readonly kind: BackendKind;
  readonly url: string;
}

/** The dashboard's own first, and the embedded log in any case. A second of its kind is called `redis-2`. */
export function guideBackends(own: string, others: readonly string[]): readonly GuideBackend[] {
  const urls = [own, ...others.filter((url) => url !== own)];
  const all = urls.some((url) => backendKind(url) === 'embedded') ? urls : [...urls, 'embedded'];
  return all.map((url, index) => {
    const kind = backendKind(url);
    const before = all.slice(0, index).filter((each) => backendKind(each) === kind).length;
    return { name: before === 0 ? kind : `${kind}-${before + 1}`, kind, url };
  });
}
