import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const ROOT = path.join(import.meta.dirname, '../..');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Running {
  /** With the token. */
  readonly url: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  stop(): Promise<void>;
}

/** `sshwhy serve` as it is built, on a port that is free. `words`: further flags. `env`: what differs of the environment. */
export async function startServe(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'dist/sshwhy.js'), 'serve', '--listen', '127.0.0.1:0', '--no-open', ...words],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  );
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/\S+#token=\S+/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      origin: new URL(url).origin,
      stop: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error(`sshwhy serve ended without an address (${String(await ended)})`);
}

/** The Chromium of `CHROMIUM`, or Debian's. Root has no sandbox; what it opens here is our own page. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [...(process.geteuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

export interface Opened {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, of the policy, of the console. Every test wants none. */
  readonly complaints: readonly string[];
}

/** The page in a browser of its own (no cookies of others), with a session, at `to`. */
export async function open(
  browser: Browser,
  running: Running,
  to = '/',
  o: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...o });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(running.url);
  await page.waitForFunction(() => localStorage.getItem('sshwhy-proof') !== null);
  if (to !== '/') await page.goto(running.origin + to);
  await page.locator('main h1').waitFor();
  return { page, complaints };
}

/** What axe finds against WCAG 2.2 A, AA and its best practices, one line each; none is right. */
export async function axe(page: Page): Promise<readonly string[]> {
  // Not by a script element: the policy of the page takes none.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe: own } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
        }>;
      };
    };
    const { violations } = await own.run();
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  });
}

/** Pixels by which the page is wider than the window: 0, or one has to scroll sideways. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Writes docs/images/NAME.png. */
export const picture = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: path.join(ROOT, 'docs/images', `${name}.png`), animations: 'disabled' });
};
