/** `scheme://user:password@host`, up to the last @, for passwords may hold any character; without a colon all of it. */
const credentials = /(:\/\/)(?:([^\s:@/"]*):[^\s"]*|[^\s@/"]*)@/g;

/** A value that follows the name of a secret: as JSON, also escaped in a JSON text, or as a parameter. */
const named =
  /((?:password|passwd|secret|token|(?:api|card)_?key|auth(?:orization)?|cookie|cvv|cvc|security_?code)(?:\\?["']\s*:\s*\\?["']?|\s*=\s*))(?:(?:bearer|basic)\s+)?[^\s"'\\&,{}[\]]+/gi;

/** The text with the passwords and tokens in it made unreadable. JSON stays JSON. */
export function maskCredentials(text: string): string {
  return text
    .replace(credentials, (_, slashes: string, user?: string) =>
      user === undefined ? `${slashes}***@` : `${slashes}${user}:***@`,
    )
    .replace(named, (_, before: string) => `${before}${/:\s*$/.test(before) ? '"***"' : '***'}`);
}
