import { chromium as playwright } from 'playwright-core';
import { expect, it } from 'vitest';
import { findChromium } from '#scripts/browser.ts';

it('a browser is found or installed, and runs the script of a page', async () => {
  const { source, ...launch } = await findChromium();
  expect(source).not.toBe('');
  const browser = await playwright.launch(launch);
  try {
    const page = await browser.newPage();
    await page.setContent('<button onclick="this.textContent = 6 * 7">press</button>');
    await page.click('button');
    expect(await page.textContent('button')).toBe('42');
  } finally {
    await browser.close();
  }
});
