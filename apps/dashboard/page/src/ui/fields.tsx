import type { ComponentChildren, VNode } from 'preact';

function Field({
  label,
  hint = '',
  children,
}: {
  label: string;
  hint?: string;
  children: ComponentChildren;
}): VNode {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is what it is given.
    <label class="field">
      <span>
        {label}
        {hint === '' ? null : <span class="hidden">{hint}</span>}
      </span>
      {children}
    </label>
  );
}

export function TextField({
  label,
  value,
  onValue,
  placeholder = '',
  type = 'text',
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  placeholder?: string;
  type?: 'text' | 'datetime-local';
}): VNode {
  return (
    <Field label={label}>
      {type === 'text' ? (
        <input
          type="text"
          value={value}
          placeholder={placeholder}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      ) : (
        <input
          type="datetime-local"
          step={1}
          value={value}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function ChoiceField<Value extends string>({
  label,
  hint = '',
  value,
  choices,
  onValue,
}: {
  label: string;
  /** More of the label, for whoever hears it away from where it stands. */
  hint?: string;
  value: Value;
  choices: readonly (readonly [Value, string])[];
  onValue: (value: Value) => void;
}): VNode {
  return (
    <Field label={label} hint={hint}>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = choices.find(([each]) => each === currentTarget.value);
          if (chosen) onValue(chosen[0]);
        }}
      >
        {choices.map(([each, title]) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
    </Field>
  );
}

export function Toggle({
  label,
  on,
  onToggle,
}: {
  label: string;
  on: boolean;
  onToggle: (on: boolean) => void;
}): VNode {
  return (
    <label class="check">
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => onToggle(currentTarget.checked)} />
      {label}
    </label>
  );
}
