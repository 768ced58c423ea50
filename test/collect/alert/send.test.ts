import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendError } from '../../../src/collect/alert/failure.ts';
import type { Posted } from '../../../src/collect/alert/line.ts';
import { outbox } from '../../../src/collect/alert/outbox.ts';
import { type Sender, type SenderOptions, sender } from '../../../src/collect/alert/send.ts';
import type { Alert, Channel, Urgency } from '../../../src/model/watch.ts';
import { incidentOf } from '../../reason/watch/incident.ts';

let folder: string;
let open: Sender[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-outbox-'));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close(0)));
  rmSync(folder, { recursive: true, force: true });
});

const due = (id: string, kind: Alert['kind'] = 'opened', urgency: Urgency = 'notice', channel = 'ops') => ({
  channel,
  alert: { id: `${id}:${kind}`, kind, at: 0, incident: incidentOf({ id, opened: 0, urgency }), heldBack: 0 },
});

async function start(channels: readonly Channel[], options: Partial<SenderOptions> = {}) {
  const box = await outbox(folder);
  const posted: Posted[] = [];
  const one = sender({
    channels,
    outbox: box,
    firstMs: 4,
    mostMs: 20,
    timeoutMs: 200,
    onPosted: (what) => posted.push(what),
    ...options,
  });
  open.push(one);
  return { one, posted, box };
}

/** Takes what `answer` does not throw at. */
function fake(answer: (alert: Alert, nth: number) => void | Promise<void> = () => {}, name = 'ops') {
  const taken: string[] = [];
  let nth = 0;
  const channel: Channel = {
    name,
    send: async (alert) => {
      nth += 1;
      await answer(alert, nth);
      taken.push(alert.id);
    },
  };
  return { channel, taken, tries: () => nth };
}

describe('the sender', () => {
  it('sends each alert once, the urgent first, those of an incident in their order', async () => {
    let unlock = (): void => {};
    const locked = new Promise<void>((resolve) => (unlock = resolve));
    const { channel, taken } = fake((_, nth) => (nth === 1 ? locked : undefined));
    const { one } = await start([channel]);
    await one.post([due('a'), due('b'), due('b', 'closed')]);
    await one.post([due('b'), due('c', 'opened', 'page')]);
    unlock();
    expect(await one.drain(10_000)).toBe(true);
    expect(taken).toEqual(['a:opened', 'c:opened', 'b:opened', 'b:closed']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tries again, later and later, until it is taken', async () => {
    const { channel, taken, tries } = fake((_, nth) => {
      if (nth <= 4) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    });
    const { one, posted } = await start([channel]);
    await one.post([due('a')]);
    expect(await one.drain(10_000)).toBe(true);
    expect(taken).toEqual(['a:opened']);
    expect(tries()).toBe(5);
    expect(posted.map(({ outcome }) => outcome)).toEqual(['later', 'later', 'later', 'later', 'sent']);
    expect(posted[0]?.says).toBe('ops: it refused the connection: nothing listens on that port');
    expect(one.status()).toEqual([{ channel: 'ops', waiting: 0 }]);
  });

  it('leaves a channel that is down alone: a hundred alerts are not a hundred tries', async () => {
    const { channel, tries } = fake(() => {
      throw new Error('down');
    });
    const { one } = await start([channel], { firstMs: 50, mostMs: 1000 });
    await one.post(Array.from({ length: 100 }, (_, i) => due(`n${i}`)));
    expect(await one.drain(300)).toBe(false);
    expect(tries()).toBeLessThanOrEqual(6);
    expect(one.status()).toEqual([{ channel: 'ops', waiting: 100, wrong: 'ops: down' }]);
  });

  it('lets one alert that is never taken wait without stopping the others', async () => {
    const { channel, taken } = fake((alert) => {
      if (alert.incident.id === 'bad') throw new Error('500');
    });
    const { one } = await start([channel], { firstMs: 5, mostMs: 10 });
    await one.post([due('bad'), due('a'), due('b')]);
    await expect.poll(() => taken, { timeout: 30_000 }).toEqual(['a:opened', 'b:opened']);
    expect(one.status()[0]?.waiting).toBe(1);
  });

  it('does not try again what the other side will never take, and says so', async () => {
    const { channel, tries } = fake(() => {
      throw new SendError('ops: 404', { final: true });
    });
    const { one, posted } = await start([channel]);
    await one.post([due('a')]);
    expect(await one.drain(10_000)).toBe(true);
    expect(tries()).toBe(1);
    expect(posted).toEqual([{ channel: 'ops', alertId: 'a:opened', heldBack: 0, outcome: 'lost', says: 'ops: 404' }]);
  });

  it('waits as long as the other side asks for', async () => {
    const times: number[] = [];
    const { channel } = fake((_, nth) => {
      times.push(performance.now());
      if (nth === 1) throw new SendError('slow down', { retryAfterMs: 150 });
    });
    const { one } = await start([channel]);
    await one.post([due('a')]);
    expect(await one.drain(10_000)).toBe(true);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(145);
  });

  it('gives up after its time', async () => {
    const { channel } = fake(() => {
      throw new Error('down');
    });
    const { one, posted } = await start([channel], { giveUpMs: 0 });
    await one.post([due('a')]);
    expect(await one.drain(10_000)).toBe(true);
    expect(posted[0]).toMatchObject({ outcome: 'lost', says: 'ops: down; given up after 0 hours' });
  });

  it('is not held up by a channel that hangs, nor by one that ignores that it is told to stop', async () => {
    const hangs: Channel = { name: 'hangs', send: () => new Promise(() => {}) };
    const { channel, taken } = fake();
    const { one, posted } = await start([hangs, channel], { timeoutMs: 20 });
    await one.post([due('a', 'opened', 'notice', 'hangs'), due('a')]);
    await expect.poll(() => taken, { timeout: 30_000 }).toEqual(['a:opened']);
    await expect
      .poll(() => posted.find((what) => what.channel === 'hangs')?.says, { timeout: 30_000 })
      .toMatch(/in time/);
    const before = performance.now();
    await one.close(10);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('sends nothing before it is written down that it was decided', async () => {
    const { channel, taken } = fake();
    const { one } = await start([channel]);
    await one.post([due('a')], async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(taken).toEqual([]);
      expect(readdirSync(folder)).toHaveLength(1);
    });
    expect(await one.drain(10_000)).toBe(true);
    expect(taken).toEqual(['a:opened']);
  });

  it('goes on after a restart with what was not taken, and clears away what is no alert', async () => {
    const down = fake(() => {
      throw new Error('down');
    });
    const { one } = await start([down.channel]);
    await one.post([due('a'), due('b'), due('gone', 'opened', 'notice', 'pager')]);
    await one.close(0);
    writeFileSync(
      path.join(folder, '000000000009-0123456789abcdef01234567.json'),
      '{"channel":"ops","alert":{"id":"x"',
    );
    writeFileSync(path.join(folder, '000000000009-0123456789abcdef01234567.json.new'), 'half');
    const { channel, taken } = fake();
    const { one: next, posted } = await start([channel]);
    expect(await next.drain(10_000)).toBe(true);
    expect(taken).toEqual(['a:opened', 'b:opened']);
    await expect.poll(() => readdirSync(folder), { timeout: 30_000 }).toEqual([]);
    expect(posted.find((what) => what.channel === 'pager')).toMatchObject({ outcome: 'lost' });
  });

  it('keeps a thousand, and gives up the oldest notices first', async () => {
    const box = await outbox(folder, 3);
    const put = async (...all: ReturnType<typeof due>[]) => (await box.put(all, 1)).gone.map(({ alert }) => alert.id);
    expect(await put(due('a', 'opened', 'page'), due('b'), due('c'))).toEqual([]);
    expect(await put(due('d', 'opened', 'page'), due('e', 'opened', 'page'))).toEqual(['b:opened', 'c:opened']);
    expect(await put(due('f', 'opened', 'page'))).toEqual(['a:opened']);
    expect((await outbox(folder)).letters().map(({ alert }) => alert.incident.id)).toEqual(['d', 'e', 'f']);
  });

  it('sends what the disk does not take all the same, and says so', async () => {
    const { channel, taken } = fake();
    const { one } = await start([channel]);
    rmSync(folder, { recursive: true });
    expect(await one.post([due('a')])).toMatch(/cannot be kept/);
    expect(await one.drain(10_000)).toBe(true);
    expect(taken).toEqual(['a:opened']);
  });

  it('sends everything once, whatever fails and wherever it is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), restart: fc.boolean() }), { maxLength: 8 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (posts, fails) => {
          rmSync(folder, { recursive: true, force: true });
          const { channel, taken } = fake((_, nth) => {
            if (fails[nth]) throw new Error('down');
          });
          let { one } = await start([channel], { firstMs: 1, mostMs: 2 });
          const given = new Set<string>();
          for (const { id, restart } of posts) {
            if (given.has(id)) continue;
            given.add(id);
            await one.post([due(id)]);
            if (!restart) continue;
            await one.close(0);
            ({ one } = await start([channel], { firstMs: 1, mostMs: 2 }));
          }
          expect(await one.drain(10_000)).toBe(true);
          expect([...taken].sort()).toEqual([...given].map((id) => `${id}:opened`).sort());
        },
      ),
      { numRuns: 40 },
    );
  });
});
