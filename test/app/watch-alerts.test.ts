import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Alerts, openAlerts } from '../../src/app/watch-alerts.ts';
import { alertsSchema } from '../../src/app/watch-alerts-config.ts';
import { silencesSchema } from '../../src/app/watch-silences-config.ts';
import { LookError } from '../../src/model/errors.ts';
import type { Incident } from '../../src/model/watch.ts';
import { freePort } from '../free-port.ts';
import { incidentOf } from '../reason/watch/incident.ts';

let folder: string;
let ends: (() => unknown)[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-alerts-'));
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** A webhook that notes ids, and that answers 503 while it is `down`. */
async function hook(port?: number) {
  const state = { down: false, ids: [] as string[], tries: 0 };
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    state.tries += 1;
    if (state.down) return response.writeHead(503).end();
    const { id } = JSON.parse(body) as { id: string };
    expect(request.headers['idempotency-key']).toBe(id);
    state.ids.push(id);
    // Some answers are on their way when the watcher is killed.
    await sleep(Math.random() * 5);
    response.end('ok');
  }).listen(port ?? (await freePort()), '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  ends.push(close);
  return { state, port: (server.address() as AddressInfo).port, close };
}

const page = (id: string, state: 'open' | 'closed' = 'open') =>
  incidentOf({ id, opened: Date.now(), urgency: 'page', state });

function store(incidents: readonly Incident[] = []) {
  const kept = new Map<string, string>();
  let broken = false;
  return {
    memory: async (name: string) => kept.get(name),
    remember: async (name: string, text: string) => {
      if (broken) throw new LookError('the disk is full');
      kept.set(name, text);
    },
    incidents: async () => incidents,
    breakIt: () => (broken = true),
    kept,
  };
}

async function start(
  url: string,
  memory = store(),
  silences: unknown = [],
  more: object = {},
): Promise<{ alerts: Alerts; troubles: string[] }> {
  const troubles: string[] = [];
  const alerts = await openAlerts({
    alerts: alertsSchema.parse({ channels: [{ kind: 'webhook', url, ...more }] }),
    silences: silencesSchema.parse(silences),
    folder: path.join(folder, 'outbox'),
    memory,
    onTrouble: (says) => troubles.push(says),
  });
  ends.push(() => alerts.close(0));
  return { alerts, troubles };
}

describe('the alerts of a watch', () => {
  it('go out once, over a restart and while the other side was down', async () => {
    const { state, port } = await hook();
    const url = `http://127.0.0.1:${port}/`;
    const memory = store();
    const first = (await start(url, memory)).alerts;
    await first.step([page('a')], Date.now());
    expect(await first.drain(10_000)).toBe(true);
    state.down = true;
    await first.step([page('a'), page('b')], Date.now());
    await expect
      .poll(() => first.status(), { timeout: 30_000 })
      .toEqual([{ channel: 'webhook', waiting: 1, wrong: `127.0.0.1:${port}: it answered 503` }]);
    await first.close(0);
    state.down = false;
    const second = (await start(url, memory)).alerts;
    await second.step([page('a'), page('b')], Date.now());
    expect(await second.drain(10_000)).toBe(true);
    await second.step([page('a', 'closed')], Date.now());
    expect(await second.drain(10_000)).toBe(true);
    expect(state.ids).toEqual(['a:opened:page', 'b:opened:page', 'a:closed:page']);
  });

  it('are silenced, and told when the silence is over', async () => {
    const { state, port } = await hook();
    const now = Date.now();
    const iso = (at: number) => new Date(at).toISOString();
    const silences = [{ reason: 'work', from: iso(now - 1000), to: iso(now + 60_000), hosts: ['web1'] }];
    const { alerts } = await start(`http://127.0.0.1:${port}/`, store(), silences);
    await alerts.step([page('a')], now);
    expect(await alerts.drain(1000)).toBe(true);
    expect(state.ids).toEqual([]);
    await alerts.step([], now + 60_000);
    expect(await alerts.drain(10_000)).toBe(true);
    expect(state.ids).toEqual(['a:opened:page']);
  });

  it('can be tested past limits and silences', async () => {
    const { state, port } = await hook();
    const always = [
      {
        reason: 'always',
        weekly: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' },
      },
    ];
    const { alerts } = await start(`http://127.0.0.1:${port}/`, store(), always);
    await alerts.step([page('a')], Date.now());
    await alerts.test('web1', Date.now());
    expect(await alerts.drain(10_000)).toBe(true);
    expect(state.ids).toEqual([expect.stringMatching(/^test-/)]);
  });

  it('go on when nothing can be remembered, and when what was remembered cannot be read', async () => {
    const { state, port } = await hook();
    const memory = store();
    memory.kept.set('alerts', '{"inci');
    const { alerts, troubles } = await start(`http://127.0.0.1:${port}/`, memory);
    memory.breakIt();
    await alerts.step([page('a')], Date.now());
    await alerts.step([page('a')], Date.now());
    expect(await alerts.drain(10_000)).toBe(true);
    expect(state.ids).toEqual(['a:opened:page']);
    expect(troubles[0]).toMatch(/cannot be read/);
    expect(troubles[1]).toMatch(/cannot be remembered who was alerted: the disk is full/);
  });

  it('are not decided again when only the outbox knows of them', async () => {
    const { state, port } = await hook();
    state.down = true;
    const url = `http://127.0.0.1:${port}/`;
    const unsaved = store();
    unsaved.breakIt();
    const first = (await start(url, unsaved)).alerts;
    await first.step([page('a')], Date.now());
    // Ended in the middle of it, the other side might have it.
    await expect.poll(() => first.status()[0]?.wrong, { timeout: 30_000 }).toBeDefined();
    await first.close(0);
    state.down = false;
    const second = (await start(url)).alerts;
    expect(await second.drain(10_000)).toBe(true);
    await second.step([page('a')], Date.now());
    expect(await second.drain(10_000)).toBe(true);
    expect(state.ids).toEqual(['a:opened:page']);
  });

  it('tell that an incident is over that was closed in the moment of the crash', async () => {
    const { state, port } = await hook();
    const url = `http://127.0.0.1:${port}/`;
    const over: Incident[] = [];
    const memory = store(over);
    const first = (await start(url, memory)).alerts;
    await first.step([page('a')], Date.now());
    await first.close();
    over.push(page('a', 'closed'), page('b', 'closed'));
    const second = (await start(url, memory)).alerts;
    expect(await second.drain(10_000)).toBe(true);
    expect(state.ids).toEqual(['a:opened:page', 'a:closed:page']);
  });

  it('are all sent before an end in good order, but for what has to wait', async () => {
    const { state, port } = await hook();
    const { alerts } = await start(`http://127.0.0.1:${port}/`);
    await alerts.step([page('a'), page('b'), page('c')], Date.now());
    await alerts.close(10_000);
    expect(state.ids).toHaveLength(3);
    state.down = true;
    const next = (await start(`http://127.0.0.1:${port}/`)).alerts;
    await next.step([page('d')], Date.now());
    await expect.poll(() => next.status()[0]?.wrong, { timeout: 30_000 }).toBeDefined();
    const before = performance.now();
    await next.close(60_000);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('survive kill -9 at any moment: none is lost, and what comes twice has the same id', async () => {
    const { state, port } = await hook();
    const given: string[] = [];
    const run = async () => {
      const script = path.join(import.meta.dirname, 'watch-alerts-child.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, folder, `http://127.0.0.1:${port}/`]);
      let complaint = '';
      child.stderr.on('data', (chunk: Buffer) => {
        complaint += chunk;
      });
      child.stdin.on('error', () => {});
      ends.push(() => child.kill('SIGKILL'));
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value, complaint).toBe('ready');
      return { child, lines };
    };
    let watcher = await run();
    for (let round = 0; round < 4; round++) {
      state.down = round === 1;
      for (let i = 0; i < 8; i++) {
        const incident = page(`r${round}-${i}`);
        watcher.child.stdin.write(`${JSON.stringify(incident)}\n`);
        given.push(`${incident.id}:opened:page`);
        // A follower goes on only when its incident was taken; the last is in the middle of it.
        if (i < 7) expect((await watcher.lines.next()).value).toBe(incident.id);
      }
      await sleep(Math.random() * 10);
      const gone = once(watcher.child, 'exit');
      watcher.child.kill('SIGKILL');
      await gone;
      watcher = await run();
      // What is open comes again from the store.
      const again = page(`r${round}-7`);
      watcher.child.stdin.write(`${JSON.stringify(again)}\n`);
      expect((await watcher.lines.next()).value).toBe(again.id);
    }
    const gone = once(watcher.child, 'exit');
    watcher.child.stdin.end();
    expect((await gone)[0]).toBe(0);
    expect([...new Set(state.ids)].sort()).toEqual([...given].sort());
    // At each kill no more than what was just on its way.
    expect(state.ids.length - given.length).toBeLessThanOrEqual(4);
  });
});

describe('secrets', () => {
  it('are read from the environment and from files, and never said', async () => {
    const { state, port } = await hook();
    writeFileSync(path.join(folder, 'url'), `http://127.0.0.1:${port}/s3cret\n`);
    const { alerts } = await start(`file:${path.join(folder, 'url')}`);
    await alerts.test('web1', Date.now());
    expect(await alerts.drain(10_000)).toBe(true);
    expect(state.ids).toHaveLength(1);
    writeFileSync(path.join(folder, 'bad'), 'http://evil.example/s3cret\n');
    for (const [url, says] of [
      ['env:SSHWHY_NO_SUCH_NAME', /env:SSHWHY_NO_SUCH_NAME is not set/],
      [`file:${folder}/none`, /cannot read \S+none: ENOENT/],
      [`file:${folder}/bad`, /has to begin with https/],
    ] as const) {
      const error = await start(url).catch((reason: Error) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toMatch(says);
      expect(String(error)).not.toContain('s3cret');
    }
  });
});
