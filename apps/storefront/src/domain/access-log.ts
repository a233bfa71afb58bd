/** A request that the storefront answered. */
export interface AnsweredRequest {
  readonly client: string;
  readonly at: Date;
  readonly method: string;
  readonly target: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  readonly status: number;
  readonly bytes: number;
  readonly referrer?: string | undefined;
  readonly agent?: string | undefined;
}

/** The request as one line of an access log in the Apache combined format. */
export function formatLine(request: AnsweredRequest): string {
  const { client, at, method, target, protocol, status, bytes } = request;
  const size = bytes === 0 ? '-' : String(bytes);
  const asked = `${method} ${printable(target)} ${protocol}`;
  return `${client} - - [${timeOf(at)}] "${asked}" ${status} ${size} "${quoted(request.referrer)}" "${quoted(request.agent)}"`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function timeOf(at: Date): string {
  const [date = '', time = ''] = at.toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}

function printable(target: string): string {
  return target.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}

/** As Apache does: quotes and backslashes are escaped, and so is what would end the line. */
function quoted(text = '-'): string {
  return text
    .replace(/["\\]/g, '\\$&')
    .replace(
      /[\p{Cc}\u2028\u2029]/gu,
      (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
}
