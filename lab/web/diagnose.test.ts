import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, open, picture, type Running, startBrowser, startServe, tooWide } from './harness.ts';
import { HOSTILE, hostileSsh, type Stub } from './ssh-stub.ts';

let running: Running;
let browser: Browser;
let hostile: Stub;
let silent: Stub;
beforeAll(async () => {
  [running, browser, hostile, silent] = await Promise.all([
    startServe(),
    startBrowser(),
    hostileSsh(),
    hostileSsh({ hold: true }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([running?.stop(), hostile?.stop(), silent?.stop()]);
});

/** The configuration of whoever runs the test is none of ours. */
async function diagnose(page: Page, target: string): Promise<void> {
  await page.getByLabel('Destination').fill(target);
  await page.getByText('More: another door').click();
  await page.getByLabel('Another ssh_config (-F)').fill('none');
  await page.getByLabel('How long to look').fill('8');
  await page.getByRole('button', { name: 'Diagnose' }).click();
}

/** Nothing that a host said has become an element, or runs. */
async function tame(page: Page): Promise<void> {
  expect(
    await page.locator('main img, main script, main [onload], main [onerror], main a[href^="javascript:"]').count(),
  ).toBe(0);
  expect(await page.locator('main').textContent()).not.toMatch(/[\x1b\x07\u202e\u200b]/);
}

/** Everything that is folded, at once. */
const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });

describe('a server that says hostile things', () => {
  it.each([
    ['light', 1200],
    ['dark', 375],
  ] as const)('is diagnosed with live progress and shown as text, %s, %i px', async (colorScheme, width) => {
    const { page, complaints } = await open(browser, running, '/diagnose', {
      colorScheme,
      viewport: { width, height: 900 },
    });
    await diagnose(page, `alice@127.0.0.1:${hostile.port}`);
    await page.getByRole('log', { name: 'Progress' }).getByRole('listitem').first().waitFor();
    await page.getByRole('heading', { level: 1, name: 'closed' }).waitFor({ timeout: 30_000 });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await unfold(page);
    const text = (await page.locator('main').innerText()) ?? '';
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(text).toContain('\\x1b[2J');
    await tame(page);
    expect(await axe(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    await page.goto(`${running.origin}/diagnose`);
    await page
      .getByRole('link', { name: `alice@127.0.0.1:${hostile.port}` })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it('is no worse as the name of a file, or in what a file holds', async () => {
    const { page, complaints } = await open(browser, running, '/server');
    const file = path.join(
      import.meta.dirname,
      '../../test/fixtures/causes/auth/authorized-keys-modes/bookworm-home.bundle',
    );
    const text = readFileSync(file, 'utf8').replaceAll('alice', HOSTILE.replace(/[\\"\n]/g, ''));
    await page
      .locator('#bundle')
      .setInputFiles({ name: `${HOSTILE.replaceAll('/', '')}.txt`, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await page.getByRole('button', { name: 'Read' }).click();
    await page.locator('#gates').waitFor();
    await tame(page);
    expect(complaints).toEqual([]);
  });
});

it('is cancelled by Escape, and what was started is ended', async () => {
  const { page, complaints } = await open(browser, running, '/diagnose');
  await diagnose(page, `127.0.0.1:${silent.port}`);
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Cancelled' }).waitFor({ timeout: 10_000 });
  expect(complaints).toEqual([]);
});

it('refuses a destination that would be an option, in words', async () => {
  const { page } = await open(browser, running, '/diagnose');
  await diagnose(page, '-oProxyCommand=id');
  await page.getByRole('alert').getByText('cannot begin with a dash').waitFor();
});

it('is used by the keyboard alone', async () => {
  const { page } = await open(browser, running, '/diagnose');
  await page.keyboard.press('Tab');
  const names: string[] = [];
  for (let i = 0; i < 12 && !names.includes('target'); i++) {
    names.push(
      await page.evaluate(
        () => (document.activeElement as HTMLInputElement).name ?? document.activeElement?.textContent ?? '',
      ),
    );
    if (!names.includes('target')) await page.keyboard.press('Tab');
  }
  expect(names).toContain('target');
  await page.keyboard.type(`-x`);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
});

it('makes the pictures of the README, from the bundle of a real host', async () => {
  const file = path.join(
    import.meta.dirname,
    '../../test/fixtures/causes/auth/authorized-keys-modes/bookworm-home.bundle',
  );
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints } = await open(browser, running, '/server', {
      ...{ colorScheme, viewport: { width: 1000, height: 900 } },
    });
    await page.locator('#bundle').setInputFiles(file);
    await page.getByRole('button', { name: 'Read' }).click();
    await page.locator('#gates').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
    // The one thing in sight that differs from run to run.
    await page.getByText(/^Looked at .* in \d+ ms/).evaluate((line) => {
      line.textContent = (line.textContent ?? '').replace(/in \d+ ms/, 'in 5 ms');
    });
    await picture(page, `serve-diagnosis-${colorScheme}`);
  }
});
