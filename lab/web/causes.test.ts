import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { causes } from '../../src/causes/index.gen.ts';
import { axe, open, picture, type Running, startBrowser, startServe, tooWide } from './harness.ts';

let running: Running;
let browser: Browser;
beforeAll(async () => {
  [running, browser] = await Promise.all([startServe(), startBrowser()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), running?.stop()]);
});

it('lists every cause, finds them by words, by a message and by words with a slip, and keeps the search in the address', async () => {
  const { page, complaints } = await open(browser, running, '/causes', { viewport: { width: 375, height: 800 } });
  await page.getByText(`${causes.length} causes`).waitFor();
  expect(await axe(page)).toEqual([]);
  expect(await tooWide(page)).toBe(0);
  const words = page.getByLabel('Words, or the message that you got');
  for (const [typed, id] of [
    ['fail2ban', 'admission/fail2ban-ban'],
    ['fierwall drops', 'firewall/host-drop'],
    ['Connection refused', 'daemon/not-running'],
  ] as const) {
    await words.fill(typed);
    await page.waitForURL((url) => url.searchParams.get('q') === typed);
    await page.getByText(id, { exact: true }).first().waitFor();
  }
  await page.reload();
  expect(await words.inputValue()).toBe('Connection refused');
  await words.fill('<img src=x onerror=alert(1)>');
  await page.waitForURL(/onerror/);
  expect(await page.locator('main img').count()).toBe(0);
  expect(complaints).toEqual([]);
});

it.each(['light', 'dark'] as const)('has a page for each, by its own address, %s', async (colorScheme) => {
  const { page, complaints } = await open(browser, running, '/causes/firewall/host-drop', {
    ...{ colorScheme, viewport: { width: 1000, height: 760 } },
  });
  await page.getByRole('heading', { name: "The server's own firewall drops the connection" }).waitFor();
  expect(await page.title()).toBe('Causes · sshwhy');
  expect(await axe(page)).toEqual([]);
  if (colorScheme === 'light') await picture(page, 'serve-cause');
  await page.goto(`${running.origin}/causes/daemon/config-invalid`);
  await page.locator('main a[href="/causes/daemon/not-running"]').first().click();
  await page.waitForURL(/daemon\/not-running$/);
  expect(complaints).toEqual([]);
});
