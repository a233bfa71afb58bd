import { type Topic, topic } from '@millrace/streams';

/** What the records of every scenario carry: what is drawn on them. */
export interface GuideValue {
  readonly key: string | null;
  readonly label: string;
  /** Makes the record as large as the picture needs. */
  readonly text?: string;
}

/** What a consumer did, written by it to the topic `journal` of the run: the evidence that claims are checked against. */
export interface JournalEntry {
  readonly consumer: string;
  readonly group: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly label: string;
  readonly attempt: number;
}

export const journalTopic: Topic<JournalEntry> = topic<JournalEntry>('journal');

export function keyedTopic(name: string): Topic<GuideValue> {
  return topic<GuideValue>(name, { key: ({ key }) => key ?? '', id: ({ label }) => label });
}

/** Its records are spread round robin. */
export function unkeyedTopic(name: string): Topic<GuideValue> {
  return topic<GuideValue>(name);
}
