import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { MessageStory, MessageView } from '../../../src/api/messages.ts';
import { useFetched } from '../api/client.ts';
import { ActionButton } from './action.tsx';
import { Moment, TopicName } from './format.tsx';
import { linkTo } from './route.ts';
import { Shown } from './states.tsx';

export interface MessageProps {
  readonly message: MessageView;
  readonly reveal?: boolean;
  /** Where messages of several topics stand together. */
  readonly withTopic?: boolean;
  readonly open?: boolean;
}

/** A message in one line; opened, all of it. */
export function Message({ message, reveal = false, withTopic = false, open = false }: MessageProps): VNode {
  const { topic, partition, offset, timestamp, key } = message;
  return (
    <details class="message" open={open}>
      <summary>
        <Moment at={timestamp} />
        <span class="mono">
          {withTopic ? <TopicName name={topic} /> : `${partition}:${offset}`}
          {key === null ? '' : ` ${key}`}
        </span>
        <span class="preview mono">{previewOf(message)}</span>
      </summary>
      <Opened message={message} reveal={reveal} />
    </details>
  );
}

function Opened({ message, reveal }: { message: MessageView; reveal: boolean }): VNode {
  const [asked, setAsked] = useState(false);
  const { topic, partition, offset, headers, masked, bytes, form } = message;
  return (
    <div>
      <p class="small quiet">
        <a href={linkTo('topics', topic)}>{topic}</a>, partition {partition}, offset{' '}
        <span class="mono">{offset}</span>, {bytes} bytes of {form}
        {masked.length > 0 ? `; masked: ${masked.join(', ')}` : ''}
      </p>
      {Object.keys(headers).length === 0 ? null : (
        <dl class="pairs small">
          {Object.entries(headers).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="mono">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre class="json" tabIndex={0}>
        {textOf(message)}
      </pre>
      <div class="row">
        <ActionButton act={() => copy(message)}>Copy as JSON</ActionButton>
        <button type="button" aria-expanded={asked} onClick={() => setAsked(!asked)}>
          Causes and effects
        </button>
      </div>
      {asked ? <Story message={message} reveal={reveal} /> : null}
    </div>
  );
}

function Story({
  message: { topic, partition, offset },
  reveal,
}: {
  message: MessageView;
  reveal: boolean;
}): VNode {
  const query = new URLSearchParams({ partition: String(partition), offset, reveal: String(reveal) });
  const story = useFetched<MessageStory>(`api/topics/${encodeURIComponent(topic)}/story?${query}`);
  return (
    <Shown of={story}>
      {({ steps, by, id, looked, traceUrl }) => (
        <div>
          <p class="small">
            {by === 'nothing'
              ? 'Neither a trace nor an order ties it to other messages.'
              : `Tied together by ${by} ${id}; looked at ${looked} records.`}{' '}
            {traceUrl ? <a href={traceUrl}>Open the trace</a> : null}
          </p>
          <ol class="steps small">
            {steps.map(({ relation, message }) => (
              <li key={`${message.topic}${message.partition}${message.offset}`} class={relation}>
                <span class={relation === 'self' ? 'badge good' : 'badge'}>
                  {relation === 'self' ? 'this one' : relation}
                </span>{' '}
                <Moment at={message.timestamp} /> <TopicName name={message.topic} />{' '}
                <span class="mono preview">{previewOf(message)}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </Shown>
  );
}

function previewOf({ value, form }: MessageView): string {
  if (form !== 'json') return textOf({ value, form }).slice(0, 200);
  const isTyped = typeof value === 'object' && value !== null && 'type' in value;
  const text = JSON.stringify(value);
  return (isTyped ? `${String(value.type)} ${text}` : text).slice(0, 240);
}

export function textOf({ value, form }: Pick<MessageView, 'value' | 'form'>): string {
  if (form === 'tombstone') return 'no value (a tombstone)';
  return form === 'json' ? JSON.stringify(value, null, 2) : String(value);
}

async function copy(message: MessageView): Promise<string> {
  await navigator.clipboard.writeText(JSON.stringify(message, null, 2));
  return 'copied';
}
