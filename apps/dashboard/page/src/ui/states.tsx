import type { VNode } from 'preact';
import type { Fetched } from '../api/client.ts';

/** What was read, or how far the reading is: waiting, failed, or the last known with a warning above it. */
export function Shown<Result>({
  of: fetched,
  children,
}: {
  of: Fetched<Result>;
  children: (value: Result) => VNode;
}): VNode {
  const { value, error } = fetched;
  if (value === null && error === null) return <Loading />;
  return (
    <>
      {error === null ? null : (
        <Problem says={value === null ? error : `${error} What is shown is older.`} again={fetched.again} />
      )}
      {value === null ? null : children(value)}
    </>
  );
}

export function Loading(): VNode {
  return (
    <div class="loading" role="status">
      <span class="hidden">Loading</span>
    </div>
  );
}

export function Problem({ says, again }: { says: string; again?: () => void }): VNode {
  return (
    <div class="notice bad row" role="alert">
      <p>{says}</p>
      {again ? (
        <button type="button" onClick={again}>
          Try again
        </button>
      ) : null}
    </div>
  );
}
