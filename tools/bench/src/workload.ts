/** Everything that both sides of a comparison must agree on. */
export interface Workload {
  readonly messages: number;
  /** Messages of one publish, fetch or transaction. */
  readonly batch: number;
  readonly partitions: number;
}

export interface Sample {
  readonly id: number;
  readonly key: string;
  readonly text: string;
}

const keys = 1_000;
const filler = 'x'.repeat(156);

/** A message whose JSON is 200 bytes, give or take the digits of its number. */
export function sample(id: number): Sample {
  return { id, key: `key-${id % keys}`, text: filler };
}

export function* samples(count: number, batch: number): Generator<Sample[]> {
  for (let first = 0; first < count; first += batch) {
    yield Array.from({ length: Math.min(batch, count - first) }, (_, index) => sample(first + index));
  }
}

/** The transformation of the consume-transform-produce cases; cheap, so that the libraries are measured and not it. */
export function transform(value: Sample): Sample {
  return { id: value.id, key: value.key, text: value.text };
}
