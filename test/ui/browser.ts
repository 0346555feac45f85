import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The browser reaches no host but this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** The first Chromium or Chrome on PATH. */
export async function findBrowser(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const file of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

/** A headless browser with a new profile, which is removed when it is closed. */
export interface OpenBrowser {
  context: BrowserContext;
  close(): Promise<void>;
}

/** @param storage the local storage of every page, set before the page's own scripts run */
export async function openBrowser(executable: string, storage: Record<string, unknown>): Promise<OpenBrowser> {
  const browser = await chromium.launch({ executablePath: executable, headless: true, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1_400, height: 800 }, locale: 'en-US' });
  context.setDefaultTimeout(20_000);
  const items = Object.entries(storage).map(([key, value]) => [key, JSON.stringify(value)]);
  // The iframes in which the UI renders Markdown are sandboxed and have no storage.
  await context.addInitScript(
    `if (window === window.top) for (const [key, value] of ${JSON.stringify(items)}) localStorage.setItem(key, value)`,
  );
  return { context, close: () => browser.close() };
}
