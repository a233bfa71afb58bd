import { type Request, request, type Versions } from './request.ts';

/** Versions that a broker speaks, by the number of the request. */
export type ApiVersions = ReadonlyMap<number, Versions>;

/** Version 0, which every broker answers, also before a login. */
export function apiVersionsRequest(): Request<{
  readonly errorCode: number;
  readonly versions: ApiVersions;
}> {
  return request(18, [0, 0], 'ApiVersions', {
    throttled: 'never',
    write: () => undefined,
    read: (reader) => {
      const errorCode = reader.int16();
      const versions = reader.array(() => [reader.int16(), [reader.int16(), reader.int16()]] as const);
      return { errorCode, versions: new Map(versions) };
    },
  });
}
