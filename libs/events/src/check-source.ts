import type { Check } from './quick-check.ts';

/** The program of a check, made of conditions: it holds nothing that was not in a schema, and texts only as literals. */
export class CheckSource {
  readonly #constants: unknown[] = [];
  readonly #functions: string[] = [];

  /** The name of a value that cannot be written down. */
  constant(value: unknown): string {
    return `constant${this.#constants.push(value)}`;
  }

  /** The name of a function of one parameter. */
  function(parameter: string, body: string): string {
    const name = `check${this.#functions.length}`;
    this.#functions.push(`const ${name} = (${parameter}) => {\n${body}\n};`);
    return name;
  }

  /** Undefined where programs may not be compiled. */
  compile(condition: string): Check | undefined {
    const names = this.#constants.map((_, index) => `constant${index + 1}`);
    const body = [...this.#functions, `return (value) => ${condition};`].join('\n');
    try {
      return Reflect.construct(Function, [...names, body])(...this.#constants);
    } catch (error) {
      if (error instanceof EvalError) return undefined;
      throw error;
    }
  }
}
