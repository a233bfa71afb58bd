/** A live member as the assignment sees it, in the order of joining. */
export interface Candidate {
  readonly name: string;
  /** How many partition numbers its topics have: it can own the numbers below. */
  readonly numbers: number;
}

/**
 * Who should own each partition number: balanced to within one among members with the same topics, and sticky, since
 * whatever need not move stays where it is. The same input gives the same answer on every member.
 */
export function assign(
  candidates: readonly Candidate[],
  current: readonly (string | undefined)[],
): (string | undefined)[] {
  const byName = new Map(candidates.map((candidate) => [candidate.name, candidate]));
  const owned = new Map<string, number[]>(candidates.map((candidate) => [candidate.name, []]));
  const assigned = current.map((name, number) => {
    const eligible = name !== undefined && (byName.get(name)?.numbers ?? 0) > number;
    if (eligible) owned.get(name)?.push(number);
    return eligible ? name : undefined;
  });
  const give = (name: string, number: number) => {
    assigned[number] = name;
    owned.get(name)?.push(number);
  };
  for (const [number, name] of assigned.entries()) {
    const least = leastLoaded(candidates, owned, number);
    if (name === undefined && least !== undefined) give(least, number);
  }
  for (let move = nextMove(candidates, owned); move !== undefined; move = nextMove(candidates, owned)) {
    const { from, to, number } = move;
    owned.set(from, owned.get(from)?.filter((other) => other !== number) ?? []);
    give(to, number);
  }
  return assigned;
}

type Owned = ReadonlyMap<string, readonly number[]>;

const load = (owned: Owned, name: string) => owned.get(name)?.length ?? 0;

function leastLoaded(candidates: readonly Candidate[], owned: Owned, number: number): string | undefined {
  let least: string | undefined;
  for (const { name, numbers } of candidates) {
    if (numbers > number && (least === undefined || load(owned, name) < load(owned, least))) least = name;
  }
  return least;
}

/** A number whose move makes the loads more even; undefined when none does. */
function nextMove(
  candidates: readonly Candidate[],
  owned: Owned,
): { readonly from: string; readonly to: string; readonly number: number } | undefined {
  const byLoad = [...candidates].sort((a, b) => load(owned, b.name) - load(owned, a.name));
  for (const { name: from } of byLoad) {
    for (const { name: to, numbers } of [...byLoad].reverse()) {
      if (load(owned, from) - load(owned, to) < 2) break;
      const number = owned.get(from)?.findLast((candidate) => candidate < numbers);
      if (number !== undefined) return { from, to, number };
    }
  }
  return undefined;
}
