import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { words } from '../../test/hostile/attacks.ts';
import { PLACES, said } from '../../test/hostile/places.ts';
import { type Served, served } from '../../test/hostile/served.ts';
import { open, startBrowser } from './harness.ts';

let server: Served;
let browser: Browser;
let page: Page;
let complaints: readonly string[];
const elsewhere: string[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([served(), startBrowser()]);
  ({ page, complaints } = await open(browser, server));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.origin}/`) && !url.startsWith('data:image/')) elsewhere.push(url);
  });
  page.on('popup', () => void elsewhere.push('a window'));
  page.on('frameattached', () => void elsewhere.push('a frame'));
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Only what the page itself is made of, nothing that runs or loads, and nothing that nobody sees. */
async function tame(): Promise<void> {
  const found = await page.evaluate(() => {
    const bad: string[] = [];
    for (const one of document.querySelectorAll('main, main *')) {
      if (/^(?:script|img|iframe|object|embed|link|base|meta|math|animate|style)$/i.test(one.tagName))
        bad.push(one.outerHTML.slice(0, 200));
      for (const { name, value } of one.attributes)
        if (/^on/.test(name) || (/^(?:href|src|action|xlink:href)$/.test(name) && !/^[/#](?!\/)/.test(value)))
          bad.push(`${one.tagName} ${name}=${value.slice(0, 100)}`);
    }
    return bad;
  });
  expect(found).toEqual([]);
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
  expect(await page.title()).not.toContain('owned');
  expect(existsSync(server.canary)).toBe(false);
}

it.each(['/timeline', '/incidents', '/fleet', '/keys', '/posture'])(
  '%s is tame with every word of the corpus in it, from its beginning to its end',
  async (to) => {
    await page.goto(server.origin + to);
    await page.locator('main h1').waitFor();
    await page.locator('.virtual .vbox [role=row]:visible, main table:visible').first().waitFor();
    await tame();
    const box = page.locator('.vbox').first();
    for (let step = 0; (await box.count()) > 0 && step < 6; step++) {
      await box.evaluate((one, share) => {
        one.scrollTop = (one.scrollHeight - one.clientHeight) * share;
      }, step / 5);
      await page.waitForTimeout(100);
      await tame();
    }
  },
);

it('a host of a fleet, an incident and a posture are tame, whatever they are called', async () => {
  for (const [list, link] of [
    ['/incidents', 'main td a'],
    ['/fleet', '.vbox a'],
    ['/posture', 'main td a'],
  ] as const) {
    await page.goto(server.origin + list);
    const links = page.locator(link);
    await links.first().waitFor();
    const count = Math.min(6, await links.count());
    for (let n = 0; n < count; n++) {
      await page.goto(server.origin + list);
      await links.nth(n).click();
      await page.locator('main a', { hasText: 'All ' }).first().waitFor();
      await tame();
    }
  }
});

it('the answers of hostile bundles are tame', async () => {
  const attacks = words.filter(({ name }) =>
    /^(?:html|javascript|data|markdown|template|xml|ansi-colour|bidi|prototype)/.test(name),
  );
  for (const attack of attacks)
    for (const place of ['host names, users and paths', 'what a server says to its client'] as const) {
      const body = PLACES[place](said(attack.bytes(server.canary))).toString('base64');
      const id = await page.evaluate(async (base64) => {
        const proof = localStorage.getItem('sshwhy-proof') ?? '';
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const started = await fetch('/api/bundle?name=x', {
          method: 'POST',
          body: bytes,
          headers: { 'x-sshwhy-proof': proof },
        });
        return ((await started.json()) as { id: string }).id;
      }, body);
      await page.goto(`${server.origin}/diagnose/${id}`);
      await page.locator('main h1').waitFor();
      await page.locator('main details').first().waitFor();
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('details')) one.open = true;
      });
      await tame();
    }
}, 240_000);

it('what would harm is found', async () => {
  await page.evaluate(() => {
    const made = document.createElement('a');
    made.setAttribute('href', 'javascript:void 0');
    document.querySelector('main')?.append(made);
  });
  await expect(tame()).rejects.toThrow(/javascript/);
});
