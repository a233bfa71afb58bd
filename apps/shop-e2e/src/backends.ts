/** A backend that the whole shop is run on. */
export interface Backend {
  readonly name: string;
  /** Starts what it needs. */
  open(): Promise<OpenBackend>;
}

export interface OpenBackend extends AsyncDisposable {
  /** Undefined for a file in each run's folder. */
  readonly url: string | undefined;
}

/** Every test of this package runs on each of them. */
export const backends: readonly Backend[] = [
  {
    name: 'embedded',
    open: async () => ({ url: undefined, [Symbol.asyncDispose]: async () => undefined }),
  },
];
