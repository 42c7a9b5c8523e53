/** Decimals come as text and stay text: a sum over sites must not show what floating point makes of it. */

/** The sum of decimals, exact, without needless zeros. */
export function addDecimals(decimals: string[]): string {
  const scale = Math.max(0, ...decimals.map((decimal) => decimal.split('.')[1]?.length ?? 0));
  const sum = decimals.reduce((total, decimal) => total + scaled(decimal, scale), 0n);
  return unscaled(sum, scale);
}

function scaled(decimal: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

function unscaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const sign = value < 0n ? '-' : '';
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}

/** Whether a text is a plain decimal, as the server reads it. */
export function isDecimal(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

export function isZero(decimal: string): boolean {
  return Number(decimal) === 0;
}
