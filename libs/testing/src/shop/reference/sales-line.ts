/** A valid row as the rules read it. */
export interface SalesLine {
  readonly invoice: string;
  readonly code: string;
  readonly product: boolean;
  readonly quantity: number;
  readonly pence: number;
  /** `YYYY-MM` of the order. */
  readonly month: string;
  readonly customer: string;
}

/** Undefined for a row that is left out. */
export function salesLine(fields: readonly string[]): SalesLine | undefined {
  if (fields.length !== 8) return undefined;
  const [invoice = '', code = '', , quantity = '', date = '', price = '', customer = ''] = fields.map(
    (field) => field.trim(),
  );
  const month = monthOf(date);
  const pence = penceOf(quantity, price);
  if (!invoice || !code || !month || pence === undefined) return undefined;
  return {
    invoice: invoice.toUpperCase(),
    code: code.toUpperCase(),
    product: /^\d{5}[A-Z]?[A-Z]?$/.test(code.toUpperCase()),
    quantity: Number(quantity),
    pence,
    month,
    customer: customer.endsWith('.0') ? customer.slice(0, -2) : customer,
  };
}

function monthOf(date: string): string | undefined {
  const parts = /^(\d{4})-(\d\d?)-\s?(\d\d?)\s+(\d\d?):(\d\d?):(\d\d?)$/.exec(date);
  if (!parts) return undefined;
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number);
  const time = new Date(Date.UTC(year, month - 1, ...rest));
  const read = [
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
  return read.join() === [month, ...rest].join() ? time.toISOString().slice(0, 7) : undefined;
}

/** By exact fractions. */
function penceOf(quantity: string, price: string): number | undefined {
  const decimal = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(price.replaceAll('_', ''));
  if (!/^[+-]?\d+$/.test(quantity) || Number(quantity) === 0 || !decimal) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = decimal;
  if (whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  if (sign === '-' && digits > 0n) return undefined;
  const scale = BigInt(power) - BigInt(fraction.length) + 2n;
  const dividend = BigInt(Math.abs(Number(quantity))) * digits * (scale > 0n ? 10n ** scale : 1n);
  const divisor = scale < 0n ? 10n ** -scale : 1n;
  return Number((2n * dividend + divisor) / (2n * divisor));
}
