import type { Context } from '../context.ts';
import { endOfLog, listOffsets, placeName, startOffsets } from '../offsets.ts';
import { fetchCommitted } from './committed-offsets.ts';
import type { LeasePlace } from './lease.ts';
import { parseNote } from './progress-note.ts';
import { TopicFeed } from './topic-feed.ts';

/** How far the group came in each topic of a lease. */
export async function beginFeeds(context: Context, place: LeasePlace): Promise<TopicFeed[]> {
  const { group, partition, topics, options, starts } = place;
  const { connections } = context;
  const places = topics.map((topic) => ({ topic, partition }));
  const committed = await fetchCommitted(connections, group, places, options.commitKind === 'atomic');
  const unknown = places.filter((each) => !committed.has(placeName(each)) && !starts.has(placeName(each)));
  const begun = await startOffsets(connections, unknown, options.start);
  // What this process had in hand itself cannot have ended it.
  const left = places.filter((each) => {
    const found = committed.get(placeName(each));
    const owner = found && parseNote(found.metadata, found.offset).open;
    return owner !== undefined && owner !== place.name;
  });
  const ends = await listOffsets(
    connections,
    left.map((each) => ({ ...each, timestamp: endOfLog })),
  );
  return places.map((each) => {
    const name = placeName(each);
    const found = committed.get(name);
    const next = found?.offset ?? starts.get(name) ?? begun.get(name) ?? 0;
    const note = found ? parseNote(found.metadata, next) : { from: next };
    return new TopicFeed(each, { next, note, careful: ends.get(name) ?? 0 });
  });
}
