/** RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** For a request that does not have the right shape: every wrong field. */
  readonly errors?: readonly FieldProblem[];
}

export interface FieldProblem {
  /** Where it stands, such as `body.lines.0.quantity`. */
  readonly field: string;
  readonly message: string;
}

/** Thrown by a route to answer with a problem instead of its result. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;

  constructor(status: number, title: string, detail?: string) {
    super(detail ?? title);
    this.problem = { type: 'about:blank', title, status, ...(detail !== undefined && { detail }) };
  }
}

export function notFound(detail: string): HttpProblem {
  return new HttpProblem(404, 'Not Found', detail);
}
