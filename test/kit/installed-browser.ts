import { existsSync } from 'node:fs';

/**
 * Where Chrome and Chromium are installed, on Debian and its relatives, macOS and Windows. The shell is the same browser
 * without the windows around its pages, each of which takes longer to make than most pages do.
 */
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

export const browserSwitches: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** The path of an installed Chrome or Chromium. Throws, saying what to install, where there is none. */
export function installedBrowser(): string {
  const found = process.env['CONCORD_CHROME'] ?? places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    'What runs in a browser needs Chrome or Chromium. Install one (on Debian: apt-get install chromium-headless-shell), or name it by CONCORD_CHROME.',
  );
}
