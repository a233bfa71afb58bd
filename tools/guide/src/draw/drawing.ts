import type { GuideCommand, GuideEvent } from '@millrace/guide';
import { drawEvent } from './draw-event.ts';
import { Lanes } from './lanes.ts';
import type { Brush } from './paint.ts';
import { drawSent } from './sent-commands.ts';

export interface DrawingOptions {
  readonly brush: Brush;
  /** Columns of the terminal. */
  readonly width: number;
  /** Every command that was sent, not the book's alone. */
  readonly allCommands: boolean;
}

/** Draws a run as it happens. What is stored, delivered and sent is collected, until something else happens. */
export class Drawing {
  readonly #options: DrawingOptions;
  readonly #lanes: Lanes;
  #sent: Extract<GuideCommand, { source: 'sent' }>[] = [];

  constructor(options: DrawingOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options.brush);
  }

  /** The lines that the event completes. */
  add(event: GuideEvent): readonly string[] {
    switch (event.kind) {
      case 'stored':
        this.#lanes.store(event);
        return [];
      case 'delivered':
        this.#lanes.deliver(event);
        return [];
      case 'acknowledged':
        if (this.#lanes.acknowledge(event)) return [];
        break;
      case 'produced':
      case 'handled':
        return [];
      case 'command':
        if (event.command.source !== 'sent') break;
        this.#sent.push(event.command);
        return [];
      default:
        break;
    }
    const text = drawEvent(event, this.#options);
    return [...this.end(), ...(text === undefined ? [] : [text])];
  }

  /** What is collected and not drawn yet. */
  end(): readonly string[] {
    const { allCommands, width, brush } = this.#options;
    const lines = [...this.#lanes.draw(width), ...drawSent(this.#sent, allCommands, width, brush)];
    this.#sent = [];
    return lines;
  }
}
