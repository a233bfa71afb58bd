export type FromKind = 'newest' | 'earliest' | 'time' | 'position';

/** What a search is asked for, as the fields of its form hold it. */
export interface Asked {
  readonly from: FromKind;
  readonly time: string;
  readonly position: string;
  readonly partition: string;
  readonly key: string;
  readonly header: string;
  readonly where: string;
  readonly reveal: boolean;
}

export const nothingAsked: Asked = {
  from: 'newest',
  time: '',
  position: '',
  partition: '',
  key: '',
  header: '',
  where: '',
  reveal: false,
};

/** What filters messages, wherever they are read from. */
export function filterOf({ partition, key, header, where, reveal }: Asked): URLSearchParams {
  const query = new URLSearchParams({ reveal: String(reveal) });
  for (const [name, value] of Object.entries({ partition, key, header, where }))
    if (value !== '') query.set(name, value);
  return query;
}
