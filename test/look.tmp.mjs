import { chromium } from 'playwright-core';
import { installedBrowser, browserSwitches } from './kit/installed-browser.ts';
export async function browser() { return await chromium.launch({ executablePath: installedBrowser(), args: [...browserSwitches] }); }
