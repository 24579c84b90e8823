/** A user as the page shows them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
}

const fallbackColors = ['#b83280', '#1d6fb8', '#b45309', '#6d4fc4', '#256d5a', '#a33b3b'];

/** Someone the page knows only by id, or from what another client said of them. */
export function personOf(id: string, name?: unknown, color?: unknown): Person {
  return {
    id,
    name: typeof name === 'string' && name.trim() !== '' ? name : id,
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : fallbackColor(id),
  };
}

function fallbackColor(id: string): string {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return fallbackColors[sum % fallbackColors.length] ?? '#256d5a';
}

/** Black or white, whichever reads better on `color`. */
export function inkOn(color: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 150 ? '#111' : '#fff';
}
