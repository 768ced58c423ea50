import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axe, startBrowser, tooWide } from './harness.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-site-'));
let browser: Browser;
beforeAll(async () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/docs-site.ts', path.join(folder, 'site')], { cwd: ROOT });
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page of the site from its folder; nothing may be fetched from elsewhere. */
async function at(
  file: string,
  o: Parameters<Browser['newContext']>[0],
): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext(o)).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('request', (request) => void (request.url().startsWith('file:') || complaints.push(request.url())));
  await page.goto(pathToFileURL(path.join(folder, 'site', file)).href);
  return { page, complaints };
}

it('is searched from a folder, by keyboard, with what was pasted', async () => {
  const { page, complaints } = await at('docs/causes/auth/account-locked.html', {
    viewport: { width: 1100, height: 800 },
  });
  await page.keyboard.press('/');
  await page.keyboard.type('kex_exchange_identification: read: Connection reset by peer');
  await page.locator('#found li').first().waitFor();
  expect(await page.getByRole('status').textContent()).toMatch(/^\d+ pages$/);
  expect(complaints).toEqual([]);
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /kex_exchange_identification/ }).waitFor();
  expect(page.url()).toMatch(/\/docs\/guides\/kex-exchange-identification\.html$/);
});

it('shows markup that was searched for as text', async () => {
  const { page, complaints } = await at('index.html', {});
  await page.getByLabel('Search, or paste a message').fill('<img src=x onerror=alert(1)> refused');
  await page.locator('#found li').first().waitFor();
  expect(await page.locator('#found img').count()).toBe(0);
  expect(complaints).toEqual([]);
});

it.each([
  ['light', 1100],
  ['dark', 1100],
  ['light', 375],
] as const)('has nothing that axe finds, and nothing to scroll sideways: %s, %i wide', async (colorScheme, width) => {
  for (const file of [
    'index.html',
    'docs/index.html',
    'docs/reference.html',
    'docs/guides/slow-login.html',
    'docs/causes/index.html',
  ]) {
    const { page, complaints } = await at(file, { colorScheme, viewport: { width, height: 800 } });
    expect(await tooWide(page), file).toBe(0);
    // Before axe, which tries to read the style sheet by a script.
    expect(complaints).toEqual([]);
    if (width > 400) expect(await axe(page), file).toEqual([]);
    await page.context().close();
  }
});
