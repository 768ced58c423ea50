import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe, startBrowser, tooWide } from './harness.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const FIXTURE = path.join(ROOT, 'test/fixtures/causes/firewall/host-drop');

let browser: Browser;
let folder: string;
let pages: Readonly<Record<'diagnosis' | 'fleet', string>>;

/** Ends with 1, because something is closed. */
function sshwhy(...words: readonly string[]): void {
  try {
    execFileSync(process.execPath, [path.join(ROOT, 'dist/sshwhy.js'), ...words], { stdio: 'pipe' });
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    if (status !== 1) throw new Error(String(stderr));
  }
}

beforeAll(async () => {
  browser = await startBrowser();
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-reports-'));
  const [diagnosis, run, fleet] = ['diagnosis.html', 'run.jsonl', 'fleet.html'].map((name) => path.join(folder, name));
  if (diagnosis === undefined || run === undefined || fleet === undefined) throw new Error('three files');
  sshwhy(
    'server',
    '--bundle',
    path.join(FIXTURE, 'bookworm-nft-rule.bundle'),
    '--from',
    '10.77.2.10',
    '--html',
    diagnosis,
  );
  writeFileSync(run, execFileSync('npx', ['tsx', 'bench/fleet-run.ts', '60'], { cwd: ROOT }));
  sshwhy('fleet', 'report', run, '--alike', 'web', '--html', fleet);
  pages = { diagnosis, fleet };
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The file as somebody opens it who got it by mail. Whatever it asks for beyond itself is noted, and not given. */
async function open(name: keyof typeof pages, o: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...o });
  const page = await context.newPage();
  const complaints: string[] = [];
  const url = pathToFileURL(pages[name]).href;
  await page.route('**/*', (route) => {
    if (route.request().url().split('#')[0] === url) return route.continue();
    complaints.push(`asked for ${route.request().url()}`);
    return route.abort();
  });
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
const unfolded = (page: Page): Promise<number> => page.locator('details[open]').count();
const readable = { permissions: ['clipboard-read', 'clipboard-write'] };

describe.each(['diagnosis', 'fleet'] as const)('the page of a %s', (name) => {
  it.each([
    ['light', 1200],
    ['dark', 375],
  ] as const)('has nothing that axe finds, folded and unfolded: %s, %i px', async (colorScheme, width) => {
    const { page, complaints } = await open(name, { colorScheme, viewport: { width, height: 900 } });
    expect(await axe(page)).toEqual([]);
    await unfold(page);
    expect(await axe(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red = 0] = /\d+/.exec(paper) ?? [];
    if (colorScheme === 'dark') expect(Number(red)).toBeLessThan(80);
    else expect(Number(red)).toBeGreaterThan(200);
    expect(complaints).toEqual([]);
  });

  it('copies what mends it, by the keyboard', async () => {
    const { page, complaints } = await open(name, readable);
    await unfold(page);
    const button = page.locator('button[data-copy]').first();
    await button.focus();
    await page.keyboard.press('Enter');
    const box = button.locator('xpath=ancestor::div[1]');
    await box.getByText(/^ ?(Copied\.|Selected)/).waitFor();
    const command = (await box.locator('code').first().textContent()) ?? '';
    expect(command.length).toBeGreaterThan(3);
    const copied = (await box.textContent())?.includes('Copied.')
      ? await page.evaluate(() => navigator.clipboard.readText())
      : await page.evaluate(() => String(getSelection()));
    expect(copied.trim()).toBe(command.trim());
    expect(complaints).toEqual([]);
  });

  it('can be walked by the keyboard alone: to the answer, and into what is folded', async () => {
    const { page } = await open(name);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('To the answer');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#main');
    const before = await unfolded(page);
    const folded = page.locator('details:not([open]) > summary').first();
    await folded.focus();
    await page.keyboard.press('Enter');
    expect(await unfolded(page)).toBe(before + 1);
  });

  it('is printed with all that is folded', async () => {
    const { page } = await open(name);
    const all = await page.locator('details').count();
    const before = await unfolded(page);
    expect(before).toBeLessThan(all);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await unfolded(page)).toBe(all);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await unfolded(page)).toBe(before);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });

  it('says all of it without a script', async () => {
    const { page } = await open(name, { javaScriptEnabled: false });
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text.length).toBeGreaterThan(500);
    expect(await page.locator('button[data-copy]:visible').count()).toBe(0);
    expect(readFileSync(pages[name], 'utf8')).not.toMatch(/https?:\/\/[^"'<\s]*\.(?:js|css|png|svg|woff2?)/);
  });
});

describe('the page of a fleet', () => {
  it('is narrowed by words and by outcome, and says to how many', async () => {
    const { page, complaints } = await open('fleet');
    const hosts = page.locator('div[data-filtered] > details:visible');
    expect(await hosts.count()).toBe(60);
    await page.getByLabel('Show only hosts with these words').fill('web000021');
    await page.getByText('1 of 60 hosts.').waitFor();
    expect(await hosts.count()).toBe(1);
    await page.getByLabel('Show only hosts with these words').fill('');
    await page.getByLabel('Outcome').selectOption('closed');
    await page.getByText(/[1-9]\d* of 60 hosts\./).waitFor();
    const closed = await hosts.count();
    expect(closed).toBeGreaterThan(0);
    expect(closed).toBeLessThan(60);
    expect(complaints).toEqual([]);
  });
});
