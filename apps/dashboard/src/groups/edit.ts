import { HttpProblem } from '@millrace/service';

/** What is changed in a value before it is redriven. */
export type Edit =
  /** The whole value, as text. */
  | { readonly value: string }
  /** A field of its JSON, by its path such as `lines.0.quantity`, and the new content as JSON or as text. */
  | { readonly set: readonly { readonly path: string; readonly to: string }[] };

export function edited(value: Uint8Array | null, edit: Edit): Uint8Array {
  if ('value' in edit) return Buffer.from(edit.value);
  if (value === null)
    throw new HttpProblem(
      400,
      'Bad Request',
      'A record has no value, it is a tombstone: give it a whole one.',
    );
  const parsed = parse(Buffer.from(value).toString(), () => {
    throw new HttpProblem(400, 'Bad Request', 'A value is no JSON: replace it whole.');
  });
  const changed = edit.set.reduce(
    (old, { path, to }) =>
      setAt(
        old,
        path.replace(/^\$\.?/, '').split('.'),
        parse(to, () => to),
      ),
    parsed,
  );
  return Buffer.from(JSON.stringify(changed));
}

function setAt(value: unknown, [step, ...rest]: readonly string[], to: unknown): unknown {
  if (step === undefined) return to;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    copy[Number(step)] = setAt(copy[Number(step)], rest, to);
    return copy;
  }
  const object: object = typeof value === 'object' && value !== null ? value : {};
  return { ...object, [step]: setAt(Reflect.get(object, step), rest, to) };
}

function parse(text: string, otherwise: () => unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise();
  }
}
