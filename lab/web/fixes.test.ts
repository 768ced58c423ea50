import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Served, serve } from '../../src/web/server/listen.ts';
import { CAUSE, type Machine, wideModes } from '../../test/web/wide-modes.ts';
import { axe, open, startBrowser, tooWide } from './harness.ts';

let browser: Browser;
let served: Served | undefined;
beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(() => served?.close());
afterAll(() => browser?.close());

/** The page of a server at which this machine is looked at, after a diagnosis. */
async function diagnosed({ looks }: Machine, allowFix: boolean) {
  const { signal } = new AbortController();
  served = await serve({ host: '127.0.0.1', port: 0, origins: [], allowFix, looks, signal });
  const [url = ''] = served.urls;
  const opened = await open(browser, { url, origin: new URL(url).origin, stop: async () => undefined }, '/diagnose', {
    viewport: { width: 375, height: 800 },
  });
  await opened.page.getByLabel('Destination').fill('web1');
  await opened.page.getByLabel('Destination').press('Enter');
  await opened.page.getByRole('button', { name: 'Show plan and diff' }).click();
  await opened.page.getByText('-0777').waitFor();
  return opened;
}

it('shows plan and diff, and has no button that makes it', async () => {
  const machine = wideModes();
  const { page, complaints } = await diagnosed(machine, false);
  expect(await page.locator('main').innerText()).toContain(`sshwhy fix web1 --only ${CAUSE}`);
  expect(await page.getByRole('button', { name: 'Make this change now' }).count()).toBe(0);
  expect(await axe(page)).toEqual([]);
  expect(machine.asked).toEqual(['dry']);
  expect(complaints).toEqual([]);
});

it('makes with --allow-fix what was read and agreed to, by keyboard alone', async () => {
  const machine = wideModes();
  const { page, complaints } = await diagnosed(machine, true);
  const button = page.getByRole('button', { name: 'Make this change now' });
  expect(await button.isDisabled()).toBe(true);
  await page.getByLabel('I have read what changes').focus();
  await page.keyboard.press('Space');
  expect(await axe(page)).toEqual([]);
  expect(await tooWide(page)).toBe(0);
  await page.keyboard.press('Tab');
  expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /works now/ }).waitFor();
  expect(machine.asked).toEqual(['dry', 'dry', 'apply', 'confirm']);
  expect(complaints).toEqual([]);
});

it('makes nothing when the machine is no longer as it was shown', async () => {
  const machine = wideModes();
  const { page } = await diagnosed(machine, true);
  machine.drift();
  await page.getByLabel('I have read what changes').check();
  await page.getByRole('button', { name: 'Make this change now' }).click();
  await page.getByText('no longer what was shown').first().waitFor();
  expect(machine.asked).not.toContain('apply');
});
