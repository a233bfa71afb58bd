/** Hides what stands between a URL's user and its host, and what follows a password's name. */
export function mask(text: string): string {
  return text
    .replace(/(:\/\/)([^\s/@]*)@/g, (_, slashes: string, login: string) => `${slashes}${maskLogin(login)}@`)
    .replace(/((?:password|auth)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi, '$1***');
}

function maskLogin(login: string): string {
  const colon = login.indexOf(':');
  return colon < 0 ? '***' : `${login.slice(0, colon)}:***`;
}
