/** `dueDate` → `Due date`. */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `tickets` → `ticket`, `companies` → `company`: for collections, whose names are plurals more often than not. */
export function singularOf(collection: string): string {
  const words = wordsOf(collection).toLowerCase();
  if (/[^aeiou]ies$/.test(words)) return `${words.slice(0, -3)}y`;
  if (/(?:s|x|ch|sh)es$/.test(words)) return words.slice(0, -2);
  return /[^s]s$/.test(words) ? words.slice(0, -1) : words;
}

/** `1 ticket`, `1,204 tickets`. */
export function countOf(count: number, collection: string): string {
  const words = count === 1 ? singularOf(collection) : wordsOf(collection).toLowerCase();
  return `${numbers.format(count)} ${words}`;
}

/** `a ticket`, `an order`. */
export function aOf(collection: string): string {
  const word = singularOf(collection);
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

export const numbers: Intl.NumberFormat = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 6 });
