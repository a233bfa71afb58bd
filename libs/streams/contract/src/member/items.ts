import { type Topic, topic } from '@millrace/streams';

/** What the tests publish. `sequence` counts within the key from 0. */
export interface Item {
  readonly id: string;
  readonly key: string;
  readonly sequence: number;
}

/** What groups under test send on: the item and who handled it how. */
export interface Output extends Item {
  /** How many items of the key the group's state had counted, this one included; 0 without state. */
  readonly count: number;
  readonly pid: number;
  readonly from: number;
  readonly epoch: number;
  readonly attempt: number;
  /** What makes it large, where a test wants that. */
  readonly ballast?: string;
}

export function itemTopic(name: string): Topic<Item> {
  return topic<Item>(name, { key: (item) => item.key, id: (item) => item.id });
}

export function outputTopic(name: string): Topic<Output> {
  return topic<Output>(name, { key: (output) => output.key });
}
