import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileFollower } from '../../../src/collect/follow/file.ts';
import type { Follower, FollowOptions } from '../../../src/collect/follow/follower.ts';
import { LookError } from '../../../src/model/errors.ts';
import type { Batch, Place } from '../../../src/model/watch.ts';
import { openFilesIn } from '../open-files.ts';

let folder: string;
let log: string;
let open: Follower[] = [];
let notes: string[] = [];
let clock = Date.UTC(2026, 10, 25);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-follow-'));
  log = path.join(folder, 'auth.log');
  notes = [];
  number = 0;
  clock = Date.now();
});
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

function follow(options: Partial<FollowOptions> = {}, file = log): Follower {
  const made = fileFollower(file, () => 0, {
    host: 'web1',
    from: 'start',
    once: false,
    now: () => clock,
    onNote: (note) => void notes.push(note),
    ...options,
  });
  open.push(made);
  return made;
}

let number = 0;
/** The next line, from a user who is called by its number. */
const line = (): string => {
  number += 1;
  const at = new Date(Date.UTC(2026, 10, 24) + number * 1000).toISOString();
  return `${at} web1 sshd[7]: Invalid user u${number} from 203.0.113.9 port 4022\n`;
};
const lines = (count: number): string => Array.from({ length: count }, line).join('');
const write = (count: number): void => appendFileSync(log, lines(count));

interface Got {
  readonly users: readonly number[];
  readonly ids: readonly string[];
  readonly place: Place | undefined;
  readonly batches: readonly Batch[];
}

/** All that is there now. */
async function read(follower: Follower): Promise<Got> {
  const batches: Batch[] = [];
  for (let batch = await follower.next(); batch !== undefined; batch = await follower.next()) batches.push(batch);
  const events = batches.flatMap((batch) => batch.events);
  return {
    users: events.map(({ user }) => Number(user?.slice(1))),
    ids: events.map(({ id }) => id),
    place: batches.at(-1)?.place,
    batches,
  };
}
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a file that is followed', () => {
  it('gives each line once, from the first or from what comes', async () => {
    write(3);
    const [all, coming] = [follow(), follow({ from: 'end' })];
    expect((await read(all)).users).toEqual([1, 2, 3]);
    expect((await read(coming)).users).toEqual([]);
    write(2);
    expect((await read(all)).users).toEqual([4, 5]);
    const late = await read(coming);
    expect(late.users).toEqual([4, 5]);
    expect(late.batches[0]?.lines).toEqual({ all: 2, unparsed: 0, other: 0 });
    expect((await read(all)).users).toEqual([]);
  });

  it('names lines alike however it is read, and in ascending order', async () => {
    const one = follow();
    write(1);
    const piecemeal: string[] = [];
    for (let i = 0; i < 20; i++) {
      piecemeal.push(...(await read(one)).ids);
      write(1);
    }
    piecemeal.push(...(await read(one)).ids);
    const whole = (await read(follow())).ids;
    expect(whole).toEqual(piecemeal);
    expect(whole).toEqual([...whole].sort());
    expect(new Set(whole).size).toBe(21);
  });

  it('waits until a line is whole', async () => {
    const one = follow();
    const text = lines(2);
    appendFileSync(log, text.slice(0, 30));
    expect((await read(one)).users).toEqual([]);
    appendFileSync(log, text.slice(30, 100));
    expect((await read(one)).users).toEqual([1]);
    expect((await read(one)).users).toEqual([]);
    appendFileSync(log, text.slice(100));
    expect((await read(one)).users).toEqual([2]);
  });

  it('passes over the rest of a line without an end, and says what its beginning says', async () => {
    write(1);
    const one = follow();
    await read(one);
    appendFileSync(log, `${line().trimEnd()} ${'x'.repeat(700_000)}`);
    expect((await read(one)).batches.length).toBeGreaterThan(0);
    const { place } = await read(follow());
    appendFileSync(log, `${'y'.repeat(300_000)}\n`);
    write(2);
    expect((await read(one)).users).toEqual([3, 4]);
    expect((await read(follow({ place }))).users).toEqual([3, 4]);
  });

  it('gives at most some thousand events at a time, and the store may take its time', async () => {
    write(12_000);
    const one = follow();
    const got = await read(one);
    expect(got.users).toEqual(upTo(12_000));
    for (const batch of got.batches) expect(batch.events.length).toBeLessThan(9000);
    expect(got.batches.length).toBeGreaterThan(2);
  });

  it('says that it cannot be read, and waits for it unless it is to be read once', async () => {
    await expect(follow({ once: true }).next()).rejects.toThrow(LookError);
    await expect(follow({}, folder).next()).rejects.toThrow(/directory/);
    const one = follow({ from: 'end' });
    expect((await read(one)).users).toEqual([]);
    write(2);
    expect((await read(one)).users).toEqual([1, 2]);
  });

  it('takes a last line without an end as whole when it is read once and nobody writes', async () => {
    writeFileSync(log, lines(2).trimEnd());
    expect((await read(follow({ once: true, now: () => Date.now() + 5000 }))).users).toEqual([1, 2]);
    expect((await read(follow({ once: true, now: () => Date.now() }))).users).toEqual([1]);
  });

  it('does not follow what has no lines', async () => {
    writeFileSync(log, '__CURSOR=s=1;i=1\nMESSAGE=x\n\n');
    await expect(read(follow())).rejects.toThrow(/-o json/);
  });
});

describe('rotation by another name', () => {
  it('is read to the end of the old file, then from the beginning of the new one', async () => {
    write(2);
    const one = follow();
    await read(one);
    write(2);
    renameSync(log, `${log}.1`);
    expect((await read(one)).users).toEqual([3, 4]);
    // Whoever writes has not opened the new one yet.
    writeFileSync(log, '');
    appendFileSync(`${log}.1`, lines(1));
    expect((await read(one)).users).toEqual([5]);
    appendFileSync(`${log}.1`, lines(1));
    write(1);
    expect((await read(one)).users).toEqual([6, 7]);
    expect(notes).toEqual([]);
  });

  it('takes what the old file ends with as a line', async () => {
    write(1);
    const one = follow();
    await read(one);
    appendFileSync(log, line().trimEnd());
    renameSync(log, `${log}.1`);
    write(1);
    expect((await read(one)).users).toEqual([2, 3]);
  });

  it('is caught up with after several rotations, packed ones among them', async () => {
    write(3);
    const before = await read(follow());
    write(2);
    // Stamps of files are no finer than a tick of the kernel.
    const tick = () => new Promise((resolve) => setTimeout(resolve, 20));
    await tick();
    const all = readFileSync(log);
    renameSync(log, `${log}.1`);
    write(4);
    await tick();
    renameSync(`${log}.1`, `${log}.2`);
    renameSync(log, `${log}.1`);
    write(1);
    const plain = await read(follow({ place: before.place }));
    expect(plain.users).toEqual(upTo(10, 4));
    const { utimesSync, statSync } = await import('node:fs');
    const { atime, mtime } = statSync(`${log}.2`);
    writeFileSync(`${log}.2.gz`, gzipSync(all));
    utimesSync(`${log}.2.gz`, atime, mtime);
    // While it is packed it is there twice.
    expect((await read(follow({ place: before.place }))).users).toEqual(upTo(10, 4));
    unlinkSync(`${log}.2`);
    const packed = await read(follow({ place: before.place }));
    expect(packed.users).toEqual(upTo(10, 4));
    expect(packed.ids).toEqual(plain.ids);
    expect(notes).toEqual([]);
  });

  it('is caught up with while the newest is still empty', async () => {
    write(1);
    const one = follow();
    await read(one);
    const tick = () => new Promise((resolve) => setTimeout(resolve, 20));
    await tick();
    renameSync(log, `${log}.1`);
    write(2);
    await tick();
    renameSync(`${log}.1`, `${log}.2`);
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    expect((await read(one)).users).toEqual([2, 3]);
    write(1);
    expect((await read(one)).users).toEqual([4]);
    expect(notes).toEqual([]);
  });

  it('of what was taken away it says so, and goes on with what came after', async () => {
    write(3);
    const { place } = await read(follow());
    unlinkSync(log);
    write(2);
    expect((await read(follow({ place }))).users).toEqual([4, 5]);
    expect(notes).toEqual([expect.stringMatching(/up to byte \d+ is gone/)]);
  });

  it('of a file that was not there yet everything is new, even after another rotation', async () => {
    const { place } = await read(follow({ from: 'end' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    write(2);
    renameSync(log, `${log}.1`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    write(1);
    expect((await read(follow({ from: 'end', place }))).users).toEqual([1, 2, 3]);
  });
});

describe('copytruncate', () => {
  const cut = (): void => {
    copyFileSync(log, `${log}.1`);
    truncateSync(log, 0);
  };

  it('is read to the end in the copy, then from the beginning', async () => {
    write(2);
    const one = follow();
    const before = await read(one);
    write(3);
    cut();
    expect((await read(one)).users).toEqual([3, 4, 5]);
    write(1);
    expect((await read(one)).users).toEqual([6]);
    expect((await read(follow({ place: before.place }))).users).toEqual([3, 4, 5, 6]);
    expect(notes).toEqual([]);
  });

  it('is seen when the file has grown beyond its old length by then', async () => {
    write(2);
    const one = follow();
    await read(one);
    cut();
    write(9);
    expect((await read(one)).users).toEqual(upTo(11, 3));
  });

  it('of lines without stamps gives others ids, though the first line is the same', async () => {
    const bare = (): string => `Invalid user u${(number += 1)} from 203.0.113.9 port 4022\n`;
    const head = 'Server listening on 0.0.0.0 port 22.\n';
    writeFileSync(log, head + bare());
    const one = follow();
    const first = await read(one);
    clock += 1000;
    truncateSync(log, 0);
    await read(one);
    appendFileSync(log, head + bare() + bare());
    const second = await read(one);
    expect(second.users.filter((user) => !Number.isNaN(user))).toEqual([2, 3]);
    expect(first.ids.filter((id) => second.ids.includes(id))).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/was emptied/)]);
  });
});

describe('absence', () => {
  it('is said after a while, and so is that it is back', async () => {
    write(1);
    const one = follow();
    await read(one);
    renameSync(log, path.join(folder, 'elsewhere'));
    await read(one);
    expect(notes).toEqual([]);
    clock += 11_000;
    await read(one);
    await read(one);
    expect(notes).toEqual([expect.stringMatching(/is gone/)]);
    write(2);
    expect((await read(one)).users).toEqual([2, 3]);
    expect(notes.at(-1)).toMatch(/is back/);
  });
});

describe('packed files', () => {
  it('are read once, and gone on in', async () => {
    writeFileSync(`${log}.gz`, gzipSync(lines(9000)));
    const one = follow({ once: true }, `${log}.gz`);
    await one.next();
    const first = await one.next();
    const rest = await read(follow({ once: true, place: first?.place as Place }, `${log}.gz`));
    expect((first?.events.length ?? 0) + rest.users.length).toBe(9000);
    expect(rest.users.at(-1)).toBe(9000);
  });

  it('that are broken are a LookError', async () => {
    writeFileSync(`${log}.gz`, gzipSync(lines(9000)).subarray(0, 5000));
    await expect(read(follow({ once: true }, `${log}.gz`))).rejects.toThrow(LookError);
  });
});

describe('files that are open', () => {
  it('are closed when it is closed, wherever it is in its work', async () => {
    write(5);
    for (let steps = 0; steps < 60; steps++) {
      const follower = follow();
      const got = follower.next().catch(() => undefined);
      // One step of the event loop more each time: so it is met between opening and reading, too.
      for (let i = 0; i < steps; i++) await (i % 2 === 0 ? Promise.resolve() : new Promise(setImmediate));
      await follower.close();
      await got;
      expect(openFilesIn(folder) ?? []).toEqual([]);
    }
  });

  it('is one at most while it is followed through rotations, and none when what is there cannot be followed', async () => {
    const follower = follow();
    for (let turn = 0; turn < 5; turn++) {
      write(3);
      await read(follower);
      renameSync(log, `${log}.${turn}`);
      write(3);
      await read(follower);
      expect(openFilesIn(folder) ?? ['one']).toHaveLength(1);
      unlinkSync(`${log}.${turn}`);
    }
    await follower.close();
    expect(openFilesIn(folder) ?? []).toEqual([]);
    const cursor = `{"offset":3,"mid":false}`;
    const broken = follow({ place: { source: log, cursor }, once: true });
    await broken.next().catch(() => undefined);
    await broken.close();
    expect(openFilesIn(folder) ?? []).toEqual([]);
  });
});
