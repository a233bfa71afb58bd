/** Which states may follow each state. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/** The state of something, which changes only as its table of transitions allows. */
export class StateTable<State extends string> {
  readonly #transitions: Transitions<State>;
  #state: State;

  constructor(transitions: Transitions<State>, initial: State) {
    this.#transitions = transitions;
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  is(...states: readonly State[]): boolean {
    return states.includes(this.#state);
  }

  /** True when it is in that state from now on; false, without a change, when the table has no such transition. */
  enter(state: State): boolean {
    if (!this.#transitions[this.#state].includes(state)) return false;
    this.#state = state;
    return true;
  }
}
