/** What a check found: all is well, something to know, or something that endangers data. */
export interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'note' | 'fault';
  readonly found: string;
  /** What to do about it. */
  readonly todo?: string;
}

export function ok(check: string, found: string): Finding {
  return { check, level: 'ok', found };
}

export function note(check: string, found: string, todo: string): Finding {
  return { check, level: 'note', found, todo };
}

export function fault(check: string, found: string, todo: string): Finding {
  return { check, level: 'fault', found, todo };
}
