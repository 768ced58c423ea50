import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/collect/store/open.ts';
import {
  axe,
  open as enter,
  type Opened,
  picture,
  type Running,
  startBrowser,
  startServe,
  tooWide,
} from './harness.ts';
import { fleetRun, keysFile, postureFiles } from './see-files.ts';
import { batchOf, HOSTILE, monthOfEvents } from './see-store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-web-'));
const store = path.join(folder, 'watch.db');
let browser: Browser;
let running: Running;
let hostile: Running;
let empty: Running;
let last = 0;

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;
const sessions = new Map<Running, Session>();

/** As `open` of the harness, with one session for each server: tokens are taken a few times a minute. */
async function open(of: Browser, server: Running, to: string, o: BrowserContextOptions = {}): Promise<Opened> {
  const known = sessions.get(server);
  if (known === undefined) {
    const first = await enter(of, server);
    sessions.set(server, await first.page.context().storageState());
    await first.page.context().close();
  }
  return enter(of, { ...server, url: `${server.origin}/` }, to, {
    ...o,
    storageState: sessions.get(server) as Session,
  });
}

beforeAll(async () => {
  const bad = path.join(folder, 'hostile.db');
  last = await monthOfEvents(store, 1_000_000, 'deploy');
  await monthOfEvents(bad, 2000, HOSTILE);
  const given = (name: string, store: string, text: string): readonly string[] => {
    const [fleet, keys] = [path.join(folder, `${name}.jsonl`), path.join(folder, `${name}.json`)];
    fleetRun(fleet, 5000, text);
    keysFile(keys, text);
    return ['--store', store, '--fleet', fleet, '--keys', keys, '--posture', ...postureFiles(folder, text)];
  };
  running = await startServe(given('plain', store, ''));
  hostile = await startServe(given('hostile', bad, HOSTILE));
  empty = await startServe([], { HOME: folder, XDG_STATE_HOME: folder });
  browser = await startBrowser();
}, 300_000);
afterAll(async () => {
  await Promise.all([browser?.close(), running?.stop(), hostile?.stop(), empty?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const PAGES = ['/timeline', '/incidents', '/fleet', '/keys', '/posture'] as const;
/** Where a list or a table of each page is drawn. */
const DRAWN = '.virtual .vbox [role=row]:visible, main table:visible';

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  it.each(PAGES)('%s has nothing that axe finds, wide and at 375 px', async (to) => {
    const { page, complaints } = await open(browser, hostile, to, {
      colorScheme,
      viewport: { width: 1280, height: 900 },
    });
    await page.locator(DRAWN).first().waitFor();
    expect(await axe(page)).toEqual([]);
    await page.setViewportSize({ width: 375, height: 700 });
    await page.waitForTimeout(300);
    expect(await axe(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('an incident, a host of a fleet and of a posture: the same', async () => {
    for (const [list, link] of [
      ['/incidents', 'main td a'],
      ['/fleet', '.vbox a'],
      ['/posture', 'main td a'],
    ] as const) {
      const { page, complaints } = await open(browser, hostile, list, {
        colorScheme,
        viewport: { width: 375, height: 700 },
      });
      await page.locator(link).first().click();
      await page.locator('main a', { hasText: 'All ' }).waitFor();
      await page.locator(DRAWN).first().waitFor();
      expect([list, await axe(page)]).toEqual([list, []]);
      expect([list, await tooWide(page)]).toEqual([list, 0]);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
});

it.each(PAGES)('%s says which command makes what it shows, while there is nothing', async (to) => {
  const { page, complaints } = await open(browser, empty, to);
  await page.locator('.none pre', { hasText: 'sshwhy serve' }).waitFor();
  expect(await axe(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('what a peer calls itself is text: no element, no script, nothing turned around', async () => {
  for (const to of ['/timeline?from=203.0.113.66', '/incidents', '/fleet', '/keys', '/posture']) {
    const { page, complaints } = await open(browser, hostile, to);
    await page.getByText('<img src=x onerror=alert(1)>\\u202e\\x1b[31m').first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202e');
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

describe('a million events', () => {
  it('begin to be drawn at once, and scroll, drag and zoom without holding up the page', async () => {
    const { page, complaints } = await open(browser, running, '/timeline', { viewport: { width: 1280, height: 1000 } });
    await page.getByRole('table', { name: '1,000,064 events, oldest first' }).waitFor();
    await page.locator('.vbox [role=row]', { hasText: 'web1' }).first().waitFor();
    await page.evaluate(() => {
      const told = { tasks: [] as number[], frames: [] as number[] };
      Object.assign(globalThis, { told });
      new PerformanceObserver((list) => {
        for (const one of list.getEntries()) told.tasks.push(one.duration);
      }).observe({ type: 'longtask' });
      let before = performance.now();
      const frame = (now: number): void => {
        told.frames.push(now - before);
        before = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    const box = page.locator('.vbox');
    await box.hover();
    for (let step = 0; step < 40; step++) await page.mouse.wheel(0, 400);
    for (const share of [0.1, 0.9, 0.5, 0.33, 1, 0]) {
      await box.evaluate((element, to) => {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * to;
      }, share);
      await page.locator('.vbox [role=row]', { hasText: 'web1' }).first().waitFor();
    }
    await page.getByRole('group', { name: /^Chart of/ }).focus();
    for (const key of ['+', '+', '+', 'ArrowRight', 'ArrowLeft', '-', 'End', 'Home', '0']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(250);
    }
    const { tasks, frames } = await page.evaluate(
      () => (globalThis as unknown as { told: Record<'tasks' | 'frames', number[]> }).told,
    );
    const sorted = frames.toSorted((a, b) => a - b);
    const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
    process.stderr.write(
      `a million events: ${frames.length} frames, median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(0.9999)} ms; long tasks: ${tasks.map(Math.round).join(', ') || 'none'}\n`,
    );
    // Several times what it takes on a machine that does nothing else.
    expect(Math.max(0, ...tasks)).toBeLessThan(250);
    expect(at(0.5)).toBeLessThan(40);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('the last of the list is the last of the store, and each row is where it belongs', async () => {
    const { page } = await open(browser, running, '/timeline', { viewport: { width: 1280, height: 1000 } });
    await page.getByRole('table', { name: /events, oldest first/ }).waitFor();
    await page.locator('.vbox').focus();
    await page.keyboard.press('End');
    const row = page.locator('[role=row][aria-rowindex="1000065"]');
    await row.filter({ hasText: 'web1' }).waitFor();
    expect(await row.locator('[role=cell]').first().innerText()).toBe(
      new Date(last - 1).toISOString().slice(0, 10).concat(' 23:59:57'),
    );
    await page.keyboard.press('Home');
    await page.locator('[role=row][aria-rowindex="2"]').filter({ hasText: '2026-11-01 00:00:00' }).waitFor();
    await page.context().close();
  });

  it('is moved by keys, and the address keeps the place', async () => {
    const { page } = await open(browser, running, '/timeline');
    const chart = page.getByRole('group', { name: /^Chart of/ });
    await chart.focus();
    await page.keyboard.press('+');
    await page.waitForURL(/since=\d+&until=\d+/);
    const before = new URL(page.url()).searchParams;
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(
      (since) => new URL(location.href).searchParams.get('since') !== since,
      before.get('since'),
    );
    const after = new URL(page.url()).searchParams;
    const width = (words: URLSearchParams): number => Number(words.get('until')) - Number(words.get('since'));
    expect(Math.abs(width(after) - width(before))).toBeLessThan(2);
    await page.keyboard.press('0');
    await page.waitForFunction(() => location.search === '');
    // The same by the pointer.
    const over = await page.locator('.u-over').first().boundingBox();
    if (over === null) throw new Error('no chart');
    await page.mouse.move(over.x + 200, over.y + 20);
    await page.mouse.down();
    await page.mouse.move(over.x + 400, over.y + 20, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/since=\d+&until=\d+/);
    await page.context().close();
  });

  it('the same numbers are in a table', async () => {
    const { page } = await open(browser, running, '/timeline');
    await page.getByText('The same as a table').click();
    const table = page.getByRole('table', { name: /^Events in steps of/ });
    const cells = await table.locator('tbody tr td:nth-child(2)').allInnerTexts();
    const total = cells.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0);
    const shown = await page.locator('label', { hasText: 'Logins' }).locator('.soft').innerText();
    expect(total).toBe(Number(shown.replaceAll(',', '')));
    expect(total).toBeGreaterThan(1000);
    await page.context().close();
  });

  it('shows what a watch stores meanwhile', async () => {
    const { page } = await open(browser, running, '/timeline');
    await page.getByRole('button', { name: 'Follow' }).click();
    await page.waitForTimeout(2500);
    const writer = await openStore(store);
    try {
      const event = {
        id: 'live:1',
        at: last + 1000,
        host: 'web1',
        type: 'sshd/accepted',
        outcome: 'in',
        user: 'latecomer',
        from: '192.0.2.9',
      };
      await writer.put(batchOf([event]));
      await page.locator('.vbox [role=row]', { hasText: 'latecomer' }).waitFor({ timeout: 15_000 });
    } finally {
      await writer.close();
    }
    await page.context().close();
  });
});

it('5,000 hosts scroll, and are narrowed by cause, tag and text', async () => {
  const { page, complaints } = await open(browser, running, '/fleet', { viewport: { width: 1280, height: 1000 } });
  await page.getByRole('status').filter({ hasText: '5,000 of 5,000 hosts' }).waitFor();
  await page.locator('.vbox').focus();
  await page.keyboard.press('End');
  await page.locator('[role=row][aria-rowindex="5001"]').waitFor();
  await page.locator('label', { hasText: 'Finding' }).locator('select').selectOption('handshake/no-common-kex');
  await page.getByRole('status').filter({ hasText: '238 of 5,000 hosts' }).waitFor();
  await page.locator('label', { hasText: 'Group or tag' }).locator('select').selectOption('rack6');
  await page.getByLabel('Search').fill('web-0');
  await page.waitForURL(/text=web-0/);
  await page.locator('.vbox a').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'Gates' }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

it('a key that has the focus shows its ways, and Enter narrows to it', async () => {
  const { page } = await open(browser, running, '/keys', { viewport: { width: 1280, height: 1000 } });
  const node = page.locator('.graph g[role=button]').first();
  await node.focus();
  expect(await page.locator('.graph path.lit').count()).toBeGreaterThan(0);
  await page.keyboard.press('Enter');
  await page.waitForURL(/text=/);
  await page.locator('.ways [role=row]').first().waitFor();
  await page.context().close();
});

it('makes the pictures of the documentation', async () => {
  const { page } = await open(browser, running, '/timeline', { viewport: { width: 1100, height: 1000 } });
  for (const to of PAGES) {
    await page.goto(running.origin + to);
    await page.locator(DRAWN).first().waitFor();
    if (to === '/incidents') {
      await page.locator('main td a').first().click();
      await page.locator('.lanes').waitFor();
    }
    await page.waitForTimeout(500);
    await picture(page, `serve${to.replace('/', '-')}`);
  }
  await page.context().close();
});
