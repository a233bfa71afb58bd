import { type Streams, type Topic, topic } from '@millrace/streams';

/** Something that an exercise did outside of its streams, such as sending an e-mail. */
export interface Moment {
  readonly name: string;
  readonly about: string;
}

export const moments: Topic<Moment> = topic('moments', { key: ({ about }) => about });

/** What an exercise may use beside its streams. */
export interface World {
  /** Does something that cannot be undone. The judge counts it, and some judges kill or pause the process here. */
  act(name: string, about: string): Promise<void>;
  /** The clock of this machine, milliseconds. Like every clock, it can be wrong. */
  now(): number;
}

export interface Mishap {
  /** Before or after the act is done. */
  readonly when: 'before' | 'after';
  readonly name: string;
  readonly about: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

export function createWorld(
  streams: Streams,
  options: { readonly now?: () => number; readonly mishap?: Mishap } = {},
): World {
  const { now = Date.now, mishap } = options;
  const strike = (when: Mishap['when'], name: string, about: string): void => {
    if (mishap && mishap.when === when && mishap.name === name && mishap.about === about)
      process.kill(process.pid, mishap.signal);
  };
  return {
    now,
    act: async (name, about) => {
      strike('before', name, about);
      await streams.publish(moments, [{ name, about }]);
      strike('after', name, about);
    },
  };
}
