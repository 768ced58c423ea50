import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openSpool, SPOOL_MIN, type Spool } from '../../../src/collect/broker/spool.ts';
import { openFilesIn } from '../open-files.ts';

const dirs: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(path.join(tmpdir(), 'sshwhy-spool-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const record = (number: number, size = 100): Buffer => Buffer.from(`${number}:`.padEnd(size, '.'));
const numberOf = (data: Buffer): number => Number(data.toString().split(':')[0]);
const take = async (spool: Spool, most = 1000): Promise<readonly number[]> => {
  const all: number[] = [];
  for (;;) {
    const got = await spool.peek((_, taken) => taken < most);
    if (got === undefined) return all;
    all.push(...got.records.map(numberOf));
    await spool.drop(got.after);
  }
};
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const segments = (dir: string): readonly string[] => readdirSync(dir).filter((name) => name.endsWith('.spool'));
/** As a process that was killed leaves it: nothing closed, its lock there. */
const killed = (dir: string): void => writeFileSync(path.join(dir, 'lock'), '999999999 1\n');

it('gives back in order what was appended, over a restart', async () => {
  const dir = folder();
  const spool = await openSpool(dir, SPOOL_MIN);
  await Promise.all(upTo(500).map((number) => spool.append(record(number))));
  const got = await spool.peek((_, taken) => taken < 200);
  expect(got?.records.map(numberOf)).toEqual(upTo(200));
  await spool.drop((got as NonNullable<typeof got>).after);
  await spool.close();
  const again = await openSpool(dir, SPOOL_MIN);
  expect(await take(again, 7)).toEqual(upTo(500).slice(200));
  expect(again.state().bytes).toBe(0);
  await again.close();
});

it('is bounded: appends wait, in order, until something is taken off', async () => {
  const dir = folder();
  const spool = await openSpool(dir, SPOOL_MIN);
  const size = 200_000;
  let done = 0;
  const all = Promise.all(upTo(150).map(async (number) => spool.append(record(number, size)).then(() => done++)));
  let held = -1;
  while (held !== done) {
    held = done;
    await sleep(700);
  }
  expect(held).toBeLessThan(SPOOL_MIN / size);
  expect(held).toBeGreaterThan(SPOOL_MIN / size - 15);
  expect(segments(dir).reduce((sum, name) => sum + statSync(path.join(dir, name)).size, 0)).toBeLessThanOrEqual(
    SPOOL_MIN,
  );
  expect(spool.state().held).toBe(150 - held);
  const seen: number[] = [];
  while (seen.length < 150) {
    const filled = spool.filled();
    const got = await spool.peek((_, taken) => taken < 10);
    if (got === undefined) await filled;
    else {
      seen.push(...got.records.map(numberOf));
      await spool.drop(got.after);
    }
  }
  await all;
  expect(seen).toEqual(upTo(150));
  expect(segments(dir).length).toBeLessThanOrEqual(2);
  await spool.close();
});

it('leaves out a record that was being written when the process was killed, wherever it was torn', async () => {
  const source = folder();
  const spool = await openSpool(source, SPOOL_MIN);
  await Promise.all(upTo(3).map((number) => spool.append(record(number))));
  const [name = ''] = segments(source);
  const bytes = readFileSync(path.join(source, name));
  await spool.close();
  for (let cut = 217; cut <= bytes.length; cut += 1) {
    const dir = folder();
    writeFileSync(path.join(dir, name), bytes.subarray(0, cut));
    killed(dir);
    const again = await openSpool(dir, SPOOL_MIN);
    await again.append(record(9));
    expect(await take(again)).toEqual(cut === bytes.length ? [0, 1, 2, 9] : [0, 1, 9]);
    await again.close();
    rmSync(dir, { recursive: true });
  }
});

it('takes bytes that the disk gives back wrong for no record, says so, and goes on', async () => {
  const dir = folder();
  const spool = await openSpool(dir, SPOOL_MIN);
  for (const number of upTo(30)) await spool.append(record(number, 200_000));
  const [first = ''] = segments(dir);
  const file = path.join(dir, first);
  const bytes = readFileSync(file);
  bytes[450_000] = 0xff;
  writeFileSync(file, bytes);
  const got = await take(spool);
  expect(got.slice(0, 2)).toEqual([0, 1]);
  expect(got.at(-1)).toBe(29);
  expect(got.length).toBeGreaterThan(15);
  expect(spool.state().lost).toBeGreaterThan(0);
  await spool.close();
});

it('keeps no file open when writing fails, and goes on when it works again', async () => {
  const dir = folder();
  const spool = await openSpool(dir, SPOOL_MIN);
  for (const number of upTo(7)) await spool.append(record(number, 300_000));
  expect(openFilesIn(dir) ?? ['one']).toHaveLength(1);
  // The folder goes: neither the next file can be made, nor what was written be cut.
  rmSync(dir, { recursive: true });
  for (let tries = 0; tries < 5; tries++) await expect(spool.append(record(99, 10))).rejects.toThrow(/cannot write/);
  expect(openFilesIn(dir) ?? []).toEqual([]);
  mkdirSync(dir);
  await spool.append(record(100));
  await spool.append(record(101));
  expect(await take(spool)).toEqual([100, 101]);
  expect(spool.state()).toMatchObject({ bytes: 0 });
  expect(spool.state().lost).toBeGreaterThan(2_000_000);
  await spool.close();
  expect(openFilesIn(dir) ?? []).toEqual([]);
});

it('keeps no file open when it is closed in the middle of anything, and gives back its lock when it cannot be opened', async () => {
  const dir = folder();
  for (let pause = 0; pause < 12; pause++) {
    const spool = await openSpool(dir, SPOOL_MIN);
    const ends = upTo(20).map((number) => spool.append(record(number, 200_000)).catch(() => undefined));
    const peeked = spool.peek(() => true);
    await sleep(pause);
    await spool.close();
    await Promise.all([...ends, peeked]);
    expect(openFilesIn(dir) ?? []).toEqual([]);
  }
  const file = path.join(dir, '000000999999.spool');
  mkdirSync(file);
  await expect(openSpool(dir, SPOOL_MIN)).rejects.toThrow();
  expect(openFilesIn(dir) ?? []).toEqual([]);
  rmSync(file, { recursive: true });
  await (await openSpool(dir, SPOOL_MIN)).close();
});

it('is not opened twice', async () => {
  const dir = folder();
  const spool = await openSpool(dir, SPOOL_MIN);
  await expect(openSpool(dir, SPOOL_MIN)).rejects.toThrow(/uses the folder/);
  await spool.close();
  // A process that lives, but not the one that took it: the number was used again.
  writeFileSync(path.join(dir, 'lock'), `${process.ppid} 1\n`);
  await (await openSpool(dir, SPOOL_MIN)).close();
});

it('takes nothing from files that are no spool', async () => {
  const dir = folder();
  writeFileSync(path.join(dir, '000000000007.spool'), 'GIF89a whatever this is, it is no record of a spool');
  writeFileSync(path.join(dir, 'taken'), 'x\n');
  appendFileSync(path.join(dir, 'notes.txt'), 'x');
  const spool = await openSpool(dir, SPOOL_MIN);
  expect(await take(spool)).toEqual([]);
  await spool.append(record(1));
  expect(await take(spool)).toEqual([1]);
  await spool.close();
  truncateSync(path.join(dir, '000000000007.spool'), 0);
  const again = await openSpool(dir, SPOOL_MIN);
  await again.append(record(2));
  expect(await take(again)).toEqual([2]);
  await again.close();
});
