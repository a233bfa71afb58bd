/** Conditions and fields that only mean something inside the repository. */
const ownFields: readonly string[] = ['@millrace/source', 'nx', 'devDependencies'];

/** The package.json to publish, as text: that of the repository without what only the repository uses. */
export function publishedManifest(text: string): string {
  const manifest: unknown = JSON.parse(text, (key, value: unknown) =>
    ownFields.includes(key) ? undefined : value,
  );
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
