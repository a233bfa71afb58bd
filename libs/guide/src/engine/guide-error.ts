/** Something a person can act upon; its message is shown as it is. */
export class GuideError extends Error {
  override readonly name = 'GuideError';
}
