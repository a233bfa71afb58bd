export const embeddedScheme = 'embedded:';

/** The file of an embedded URL: `embedded:./a`, `embedded:/a` or `embedded:///a`. */
export function embeddedFile(url: string): string {
  return url.slice(embeddedScheme.length).replace(/^\/\/(?=\/)/, '');
}
