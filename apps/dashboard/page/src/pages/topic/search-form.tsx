import type { VNode } from 'preact';
import { ChoiceField, TextField, Toggle } from '../../ui/fields.tsx';
import type { Asked } from './asked.ts';

export interface SearchFormProps {
  readonly asked: Asked;
  readonly partitions: number;
  readonly change: (part: Partial<Asked>) => void;
  readonly search: () => void;
}

/** Where a search begins and what it looks for. */
export function SearchForm({ asked, partitions, change, search }: SearchFormProps): VNode {
  return (
    <form
      class="body fields"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <ChoiceField
        label="From"
        value={asked.from}
        choices={[
          ['newest', 'the newest'],
          ['earliest', 'the oldest'],
          ['time', 'a time'],
          ['position', 'a position'],
        ]}
        onValue={(from) => change({ from })}
      />
      {asked.from === 'time' ? (
        <TextField
          label="Time"
          type="datetime-local"
          value={asked.time}
          onValue={(time) => change({ time })}
        />
      ) : null}
      {asked.from === 'position' ? (
        <TextField
          label="After partition:offset"
          value={asked.position}
          placeholder="0:41"
          onValue={(position) => change({ position })}
        />
      ) : null}
      <ChoiceField
        label="Partition"
        value={asked.partition}
        choices={[
          ['', 'all'] as const,
          ...Array.from(
            { length: partitions },
            (_, partition) => [String(partition), String(partition)] as const,
          ),
        ]}
        onValue={(partition) => change({ partition })}
      />
      <TextField label="Key" value={asked.key} placeholder="O-1234" onValue={(key) => change({ key })} />
      <TextField
        label="Header"
        value={asked.header}
        placeholder="id~Captured"
        onValue={(header) => change({ header })}
      />
      <TextField
        label="JSON path"
        value={asked.where}
        placeholder="pence>1000"
        onValue={(where) => change({ where })}
      />
      <Toggle label="Show personal fields" on={asked.reveal} onToggle={(reveal) => change({ reveal })} />
      <button type="submit" class="primary">
        Search
      </button>
    </form>
  );
}
