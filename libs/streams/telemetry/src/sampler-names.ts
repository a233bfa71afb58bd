const names = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export const samplerNames: typeof names = names;

/** As OTEL_TRACES_SAMPLER names them. */
export type SamplerName = (typeof names)[number];
