import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../../src/collect/store/sqlite.ts';
import type { WatchEvent } from '../../src/model/watch.ts';
import { bundled } from '../bundled.ts';

let folder: string;
let child: string;

beforeAll(async () => {
  child = await bundled('test/app/watch-child.ts');
});
afterAll(() => rmSync(child, { force: true }));
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Run {
  readonly said: string;
  readonly code: number | null;
}

/** Runs the child until it ends; kills it `ms` after it has started. */
function run(words: readonly string[], ms?: number): Promise<Run> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    let timer: NodeJS.Timeout | undefined;
    running.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (ms !== undefined && timer === undefined && said.includes('started'))
        timer = setTimeout(() => running.kill('SIGKILL'), ms);
    });
    running.once('error', reject);
    running.once('close', (code) => {
      clearTimeout(timer);
      resolve({ said, code });
    });
  });
}

/** A daemon that logs, and logrotate beside it. */
function writer(log: string, random: () => number) {
  let number = 0;
  let half = '';
  const line = (): string =>
    `2026-11-24T00:00:00.${String((number += 1)).padStart(6, '0')}Z web1 sshd[7]: Invalid user u${number} from 203.0.113.9 port 4022\n`;
  /** None goes: on a slow machine many come before a watch has been left alive long enough to read one. */
  let rotated = 0;
  const shift = (): void => {
    rotated += 1;
    for (let i = rotated; i > 0; i--) if (existsSync(`${log}.${i}`)) renameSync(`${log}.${i}`, `${log}.${i + 1}`);
  };
  return {
    write(count: number): void {
      let text = half;
      for (let i = 0; i < count; i++) text += line();
      const cut = Math.floor(random() * 40);
      half = text.slice(text.length - cut);
      appendFileSync(log, text.slice(0, text.length - cut));
    },
    rename(): void {
      shift();
      renameSync(log, `${log}.1`);
      // The daemon writes the rest of its line where it began.
      appendFileSync(`${log}.1`, half);
      half = '';
      appendFileSync(log, line());
    },
    truncate(): void {
      appendFileSync(log, half);
      half = '';
      shift();
      copyFileSync(log, `${log}.1`);
      truncateSync(log, 0);
    },
    flush(): void {
      appendFileSync(log, half);
      half = '';
    },
    finish(): number {
      appendFileSync(log, half + line());
      return number;
    },
  };
}

async function eventsIn(file: string): Promise<readonly WatchEvent[]> {
  const store = await sqliteStore(file, { use: 'read' });
  const all: WatchEvent[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await store.events({ limit: 10_000, ...(last === undefined ? {} : { after: last }) });
    all.push(...page);
    if (page.length < 10_000) break;
  }
  await store.close();
  return all;
}

async function memoryIn(file: string): Promise<Record<string, number>> {
  const store = await sqliteStore(file, { use: 'read' });
  const memory = JSON.parse((await store.memory('watch')) ?? '{}') as { mind: string };
  await store.close();
  return JSON.parse(JSON.parse(memory.mind).counting) as Record<string, number>;
}

describe('a watch that is killed again and again while the log is written and rotated', () => {
  it('has each line once in the store, and each event once in the memory of its detectors', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const next = randomOf(seed);
    const [log, file] = [path.join(folder, 'auth.log'), path.join(folder, 'watch.db')];
    const daemon = writer(log, next);
    daemon.write(3000);
    daemon.flush();
    // What was rotated away before the first start is no business of the watch.
    const runs = [await run([log, file, 'once'])];
    let over = false;
    const writing = (async () => {
      while (!over) {
        daemon.write(1 + Math.floor(next() * 60));
        await wait(5 + next() * 20);
        const turn = next();
        if (turn < 0.02) daemon.rename();
        else if (turn < 0.04) daemon.truncate();
      }
    })();
    for (let i = 0; i < 20; i++) runs.push(await run([log, file], next() * 400));
    over = true;
    await writing;
    const count = daemon.finish();
    const last = await run([log, file, 'once']);
    const why = `SEED=${seed}\n${[...runs, last].map(({ said }) => said).join('')}`;
    expect(last.code, why).toBe(0);
    const users = (await eventsIn(file)).map(({ user }) => Number(user?.slice(1))).sort((a, b) => a - b);
    const wanted = Array.from({ length: count }, (_, i) => i + 1);
    const [stored, all] = [new Set(users), new Set(wanted)];
    const lost = wanted.filter((one) => !stored.has(one));
    expect({ lost: lost.length, first: lost.slice(0, 3), other: users.filter((one) => !all.has(one)) }, why).toEqual({
      lost: 0,
      first: [],
      other: [],
    });
    expect(users.length, why).toBe(count);
    const seen = await memoryIn(file);
    expect(Object.keys(seen).length, why).toBe(count);
    expect(
      Object.entries(seen).filter(([, times]) => times !== 1),
      why,
    ).toEqual([]);
  }, 300_000);
});
