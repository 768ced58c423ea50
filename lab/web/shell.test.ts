import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, open, type Running, startBrowser, startServe, tooWide } from './harness.ts';

let running: Running;
let browser: Browser;
beforeAll(async () => {
  [running, browser] = await Promise.all([startServe(), startBrowser()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), running?.stop()]);
});

it.each(['light', 'dark'] as const)(
  'has nothing that axe finds, and no sideways scrolling at 375 px, %s',
  async (colorScheme) => {
    const { page, complaints } = await open(browser, running, '/', {
      colorScheme,
      viewport: { width: 375, height: 700 },
    });
    expect(await axe(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    expect(complaints).toEqual([]);
  },
);

it('has no session without the token', async () => {
  const page = await browser.newPage();
  await page.goto(running.origin);
  await page.getByRole('heading', { name: 'No session' }).waitFor();
});
