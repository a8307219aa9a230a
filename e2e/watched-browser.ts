import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findChromium } from '../scripts/browser.ts';

/** A browser whose pages may not complain: an error on the console, an uncaught exception, a dialog or a breach of the
 *  content security policy fails the test that asks for `complaints`. */
export interface WatchedBrowser extends AsyncDisposable {
  openPage: (address: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What the pages complained about since the last call. */
  takeComplaints: () => string[];
  /** Ends every page, so that none goes on asking the server while the next test runs. */
  closePages: () => Promise<void>;
}

/** `args` are more switches for the browser, such as a microphone that is none. */
export async function openBrowser(args: readonly string[] = []): Promise<WatchedBrowser> {
  const { source: _, ...launch } = await findChromium();
  const browser: Browser = await chromium.launch({ ...launch, args: [...(launch.args ?? []), ...args] });
  let complaints: string[] = [];
  return {
    async openPage(address, options = {}) {
      // The checker of accessibility needs a page of a context of its own.
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
      });
      page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(address);
      return page;
    },
    takeComplaints() {
      const taken = complaints;
      complaints = [];
      return taken;
    },
    async closePages() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

/** Fails with the rule and the elements on anything that axe calls serious or critical, and when it checked nothing. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).analyze();
  expect(passes.length).toBeGreaterThan(5);
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
  expect(serious).toEqual([]);
}

/** Nothing sticks out to the side. */
export async function expectFits(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
}
