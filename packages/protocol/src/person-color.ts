/** Dark enough for white letters on them, and light enough for a dark page: of contrast 5 to 6.4 with white. */
const colors = '#6d4fc4 #1f7a5c #b23a3a #b45309 #1d6fb8 #0e7490 #55730f #9333a8 #4658c9 #b83280'.split(' ');

/** The colour of a person without one of their own, as `#rrggbb`: the same on every page, for cursors and for pictures. */
export function personColor(id: string): string {
  let sum = 0;
  for (const char of id) sum = (sum * 33 + (char.codePointAt(0) ?? 0)) % 65_521;
  return colors[sum % colors.length] ?? '#1d6fb8';
}
