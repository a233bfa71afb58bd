/** What container tests run. A variable names another image, as where no registry can be reached (infra/images). */
const images = {
  redis: { variable: 'REDIS_IMAGE', official: 'redis:8.2.3-alpine' },
  kafka: { variable: 'KAFKA_IMAGE', official: 'apache/kafka:4.1.1' },
  postgres: { variable: 'POSTGRES_IMAGE', official: 'postgres:18.1-alpine' },
  jaeger: { variable: 'JAEGER_IMAGE', official: 'jaegertracing/jaeger:2.13.0' },
  toxiproxy: { variable: 'TOXIPROXY_IMAGE', official: 'ghcr.io/shopify/toxiproxy:2.5.0' },
} as const;

export type ImageName = keyof typeof images;

export function imageOf(name: ImageName): string {
  const { variable, official } = images[name];
  return process.env[variable] || official;
}
