import { StreamsError } from '../errors.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, with an IPv6 address in brackets. */
export function addressOf({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a driver's URLs look like. */
export interface ServerUrlForm<Parameter extends string> {
  /** For messages: `Redis`. */
  readonly server: string;
  /** Its schemes, in lower case and without a colon, each with the port of an endpoint that names none. */
  readonly schemes: Readonly<Record<string, number>>;
  /** The parameters that a URL of the scheme may have. */
  readonly parameters: (scheme: string) => readonly Parameter[];
}

/** The parts of a URL, decoded. */
export interface ServerUrl<Parameter extends string> {
  /** In lower case, without a colon. */
  readonly scheme: string;
  readonly username?: string;
  readonly password?: string;
  /** One or more. */
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  /** What stands between the slashes after the hosts. */
  readonly path: readonly string[];
  readonly parameters: Readonly<Partial<Record<Parameter, string>>>;
}

const pattern =
  /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>\/[^@?#]*)?(?:\?(?<query>[^@#]*))?$/i;

/**
 * Reads `scheme://[user:password@]host[:port],host[:port]/path?name=value`. Every part is percent-decoded, and a `+` is a
 * plus sign everywhere. INVALID_ARGUMENT for anything else; what stands before the last `@`, and the values of parameters,
 * are never part of the message.
 */
export function parseServerUrl<Parameter extends string>(
  url: string,
  form: ServerUrlForm<Parameter>,
): ServerUrl<Parameter> {
  const fail = (problem: string): StreamsError => urlError(form.server, url, problem);
  const groups = pattern.exec(url)?.groups;
  const scheme = (groups?.['scheme'] ?? '').toLowerCase();
  const port = form.schemes[scheme];
  if (groups === undefined || port === undefined) throw fail(problemOf(url, Object.keys(form.schemes)));
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw fail('has a % that begins no percent-encoded character; write it as %25');
    }
  };
  const [first = '', ...others] = (groups['hosts'] ?? '').split(',');
  const endpointOf = (text: string): Endpoint => {
    const endpoint = parseEndpoint(text, port);
    if (endpoint === undefined) throw fail(`has no host and port in ${JSON.stringify(text)}`);
    return endpoint;
  };
  const known = form.parameters(scheme);
  const parameters: Partial<Record<Parameter, string>> = {};
  for (const pair of partsOf(groups['query'], '&')) {
    const [name = '', ...value] = pair.split('=');
    const parameter = known.find((each) => each === name);
    if (parameter === undefined)
      throw fail(`has the parameter ${JSON.stringify(name)}; known are ${known.join(', ')}`);
    parameters[parameter] = decode(value.join('='));
  }
  const [username = '', password = ''] = splitLogin(groups['login'] ?? '').map(decode);
  return {
    scheme,
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    endpoints: [endpointOf(first), ...others.map(endpointOf)],
    path: partsOf(groups['path'], '/').map(decode),
    parameters,
  };
}

/** INVALID_ARGUMENT: what is wrong with the URL, which is shown without its login and its parameters' values. */
export function urlError(server: string, url: string, problem: string): StreamsError {
  const shown = url.replace(/(:\/\/).*@/s, '$1***@').replace(/([?&][^=&]*)=[^&]*/g, '$1=***');
  return new StreamsError('INVALID_ARGUMENT', `the ${server} URL ${JSON.stringify(shown)} ${problem}`);
}

function problemOf(url: string, schemes: readonly string[]): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/.*@/is.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && schemes.includes(scheme))
    return 'has a login that is not percent-encoded: write @ as %40, / as %2F, ? as %3F, # as %23 and % as %25';
  const forms = schemes.map((each) => `${each}://`);
  return `must start with ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)} and name a host`;
}

function parseEndpoint(text: string, fallback: number): Endpoint | undefined {
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+))(?::(?<port>\d+))?$/.exec(text)?.groups;
  const host = match?.['six'] ?? match?.['host'];
  const port = Number(match?.['port'] ?? fallback);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function splitLogin(login: string): [username: string, password: string] {
  const colon = login.indexOf(':');
  return colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
}

function partsOf(text: string | undefined, separator: string): readonly string[] {
  return (text ?? '').split(separator).filter((part) => part !== '');
}
