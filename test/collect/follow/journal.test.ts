import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Follower, FollowOptions } from '../../../src/collect/follow/follower.ts';
import { journalFollower } from '../../../src/collect/follow/journal.ts';
import { entryOf, sameEntry } from '../../../src/collect/follow/journal-entry.ts';
import { LookError } from '../../../src/model/errors.ts';
import type { Batch, Place } from '../../../src/model/watch.ts';

const CURSOR =
  's=2a82460e0a7d4ab0bbf1dfc6d595be0c;i=2c;b=6dab122103db46318f1edebac1367d74;m=894bf142c;t=66115cedd0d12;x=8cfd55db1a576023';
const cursorOf = (n: number): string =>
  CURSOR.replace('i=2c', `i=${n.toString(16)}`).replace('x=8cfd', `x=${(0x8000 + n).toString(16)}`);

/**
 * Stands in for journalctl, whose real self is tried in the lab: prints entries N of the file `entries` from `--cursor=` on, and ends, or
 * with -f goes on looking; `fail` in the folder makes it fail.
 */
const STAND_IN = `
const { readFileSync, existsSync } = require('node:fs');
const folder = process.argv[2];
const words = process.argv.slice(3);
if (existsSync(folder + '/fail')) { process.stderr.write(readFileSync(folder + '/fail')); process.exit(1); }
const cursor = words.find((word) => word.startsWith('--cursor='))?.slice(9);
const number = (line) => parseInt(/;i=([0-9a-f]+)/.exec(line)[1], 16);
let printed = cursor === undefined ? 0 : number(cursor) - 1;
const print = () => {
  let lines = readFileSync(folder + '/entries', 'utf8').split('\\n').filter((line) => line !== '');
  if (words.includes('-n')) lines = lines.slice(-1);
  for (const line of lines) if (number(line) > printed) { process.stdout.write(line + '\\n'); printed = number(line); }
};
print();
if (words.includes('-f')) { setInterval(print, 20); setInterval(() => { if (existsSync(folder + '/end')) process.exit(0); }, 20); }
`;

let folder: string;
let program: readonly string[];
let open: Follower[] = [];
let notes: string[] = [];
let clock = 0;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-journal-'));
  const script = path.join(folder, 'journalctl.cjs');
  writeFileSync(script, STAND_IN);
  chmodSync(script, 0o700);
  program = [process.execPath, script, folder];
  entries(0);
  notes = [];
  clock = Date.now();
});
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

const entry = (n: number): string =>
  JSON.stringify({
    __CURSOR: cursorOf(n),
    __REALTIME_TIMESTAMP: String(1_795_596_153_064_722 + n),
    MESSAGE: `Invalid user u${n} from 203.0.113.9 port 4022`,
    SYSLOG_IDENTIFIER: 'sshd',
    _UID: '0',
    _PID: '77',
    _HOSTNAME: 'web1',
  });
function entries(last: number, first = 1): void {
  let text = '';
  for (let n = first; n <= last; n++) text += `${entry(n)}\n`;
  writeFileSync(path.join(folder, 'entries'), text);
}

function follow(options: Partial<FollowOptions> = {}): Follower {
  const made = journalFollower(
    { host: 'web1', from: 'start', once: false, now: () => clock, onNote: (note) => void notes.push(note), ...options },
    program,
  );
  open.push(made);
  return made;
}

interface Got {
  readonly users: number[];
  readonly ids: string[];
  place: Place | undefined;
}
/** Until so many events have come, or nothing comes for a while. */
async function read(follower: Follower, count: number): Promise<Got> {
  const got: Got = { users: [], ids: [], place: undefined };
  for (let idle = 0; idle < (got.users.length < count ? 200 : 5); ) {
    const batch: Batch | undefined = await follower.next();
    if (batch === undefined) {
      idle += 1;
      await new Promise((resolve) => setTimeout(resolve, 15));
      continue;
    }
    idle = 0;
    got.place = batch.place;
    for (const { user, id } of batch.events) {
      got.users.push(Number(user?.slice(1)));
      got.ids.push(id);
    }
  }
  return got;
}
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('the journal that is followed', () => {
  it('gives what is there, then what comes, each entry once and with the same id', async () => {
    entries(30);
    const one = follow();
    const first = await read(one, 30);
    expect(first.users).toEqual(upTo(30));
    entries(40);
    const more = await read(one, 10);
    expect(more.users).toEqual(upTo(40, 31));
    expect((await read(follow(), 40)).ids).toEqual([...first.ids, ...more.ids]);
    expect([...first.ids].sort()).toEqual(first.ids);
    expect(notes).toEqual([]);
  });

  it('goes on from a place, and begins at the end when it is new', async () => {
    entries(5);
    const { place } = await read(follow({ from: 'end' }), 0);
    entries(9);
    expect((await read(follow({ place }), 4)).users).toEqual([6, 7, 8, 9]);
    expect((await read(follow({ place, once: true }), 4)).users).toEqual([6, 7, 8, 9]);
  });

  it('says when the entry that was read last is no longer there, and loses nothing that is', async () => {
    entries(5);
    const { place } = await read(follow({ once: true }), 5);
    entries(20, 11);
    expect((await read(follow({ place }), 10)).users).toEqual(upTo(20, 11));
    expect(notes).toEqual([expect.stringMatching(/no longer holds/)]);
  });

  it('starts journalctl again when it ends, and says so', async () => {
    entries(3);
    const one = follow();
    await read(one, 3);
    writeFileSync(path.join(folder, 'end'), '');
    for (let i = 0; i < 300 && notes.length === 0; i++) await read(one, 0);
    rmSync(path.join(folder, 'end'));
    entries(6);
    clock += 2000;
    expect((await read(one, 3)).users).toEqual([4, 5, 6]);
    expect(notes).toEqual([expect.stringMatching(/journalctl ended.*started again/)]);
  });

  it('starts journalctl anew when it has been silent for long', async () => {
    entries(3);
    const one = follow();
    await read(one, 3);
    clock += 400_000;
    entries(5);
    expect((await read(one, 2)).users).toEqual([4, 5]);
    expect(notes).toEqual([]);
  });

  it('cannot begin where there is none', async () => {
    writeFileSync(path.join(folder, 'fail'), 'No journal files were opened due to insufficient permissions.\n');
    await expect(read(follow(), 1)).rejects.toThrow(LookError);
    program = ['/nonexistent/journalctl'];
    await expect(read(follow(), 1)).rejects.toThrow(/no journalctl/);
  });
});

describe('an entry', () => {
  it('is not what a message claims', () => {
    const forged = JSON.stringify({ MESSAGE: `"__CURSOR":"${cursorOf(9)}"`, __CURSOR: cursorOf(3) });
    expect(entryOf(forged)?.number).toBe(3);
    expect(entryOf(JSON.stringify({ MESSAGE: `"__CURSOR":"${cursorOf(9)}"` }))).toBeUndefined();
    expect(entryOf(readFileSync(path.join(folder, 'journalctl.cjs'), 'utf8'))).toBeUndefined();
  });

  it('is the same after the journal was moved and numbered anew', () => {
    const [a, b] = [entryOf(cursorOf(3)), entryOf(cursorOf(3).replace('s=2a', 's=3b').replace('i=3', 'i=77'))];
    expect(a && b && sameEntry(a, b)).toBe(true);
    expect(a && sameEntry(a, { ...a, number: 4 })).toBe(false);
  });
});
