/** One message has this word … */
export const rareWord = 'zirconium';
/** … every fifth this one, every seventh that one, and so every thirty-fifth both. */
export const commonWords = ['paper', 'varnish'] as const;

const vocabulary = 5000;
const wordsEach = 10;

/** What is said in a room of so many messages: some dozen words each, of which few are frequent and many are not. */
export function createTexts(messages: number): (number: number) => string {
  return (number) => {
    const words = Array.from({ length: wordsEach }, (_, index) => wordAt(number * wordsEach + index));
    if (number === Math.floor(messages / 2)) words.push(rareWord);
    if (number % 5 === 0) words.push(commonWords[0]);
    if (number % 7 === 0) words.push(commonWords[1]);
    return words.join(' ');
  };
}

const syllables = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'po', 'ru'];

function wordAt(place: number): string {
  // A share from 0 to 1 that looks drawn, and is the same each time.
  const share = ((place * 2_654_435_761) % 2 ** 32) / 2 ** 32;
  const rank = Math.floor(vocabulary * share ** 3);
  return Array.from(String(rank), (digit) => syllables[Number(digit)]).join('');
}
