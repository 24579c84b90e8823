/** A number as the language writes it, without grouping, so that it can be edited. */
export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 20, numberingSystem: 'latn' }).format(value);
}

/**
 * What somebody has typed, as a number; NaN where it is none. The decimal sign of the language is understood, and so is a
 * point; groups are, where they cannot be mistaken for decimals; digits may be of any script that the language uses.
 */
export function parseNumber(text: string, locale: string): number {
  const { decimal, group, digits } = signsOf(locale);
  let plain = '';
  for (const char of text.normalize('NFKC').trim()) {
    const digit = digits.get(char);
    if (digit !== undefined) plain += digit;
    else if (/[\s'’_\u200E\u200F\u061C]/.test(char)) continue;
    else if (char === '−') plain += '-';
    else plain += char;
  }
  if (group !== decimal && isGrouped(plain, group, decimal)) plain = plain.replaceAll(group, '');
  plain = plain.replace(decimal, '.');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

/** Groups of three, with something behind them or more than one of them: "1.234" of a German may be meant as a decimal. */
function isGrouped(text: string, group: string, decimal: string): boolean {
  const [whole = '', ...rest] = text.split(decimal);
  const groups = whole.split(group);
  const fits = groups.length > 1 && groups.slice(1).every((part) => /^\d{2,3}$/.test(part));
  return fits && (group === ',' || groups.length > 2 || rest.length > 0);
}

interface Signs {
  readonly decimal: string;
  readonly group: string;
  readonly digits: ReadonlyMap<string, string>;
}

const known = new Map<string, Signs>();

function signsOf(locale: string): Signs {
  const present = known.get(locale);
  if (present !== undefined) return present;
  const format = new Intl.NumberFormat(locale, { useGrouping: true });
  const parts = format.formatToParts(-1_234_567.8);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value.normalize('NFKC') ?? '';
  const plainDigits = new Intl.NumberFormat(locale, { useGrouping: false });
  const digits = new Map(Array.from({ length: 10 }, (_, digit) => [plainDigits.format(digit), String(digit)]));
  const signs = { decimal: sign('decimal') || '.', group: sign('group') || ',', digits };
  known.set(locale, signs);
  return signs;
}
