export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export function addressOf({ host, port }: Endpoint): string {
  return `${host}:${port}`;
}
