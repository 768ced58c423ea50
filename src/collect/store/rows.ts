import { createHash } from 'node:crypto';
import type { WatchEvent } from '../../model/watch.ts';
import type { Database, Row } from './sqlite-engine.ts';

/** Characters. What a peer can choose has a bound, so that it cannot fill the disk; a detail says what it says in its first lines. */
const MOST = { detail: 2048, word: 512, id: 512 };
/** Distinct words that get a number; hosts, files and jails are few, and what is beyond is stored as it is. */
const MOST_WORDS = 10_000;

type Value = string | number | null;

/** Names of the columns of an event, in the order of `valuesOf`. */
export const COLUMNS =
  'at, id, host, type, outcome, user, addr, port, method, fingerprint, jail, detail, file, pid, forged';

/** Text as SQLite can give it back: whole surrogates, no NUL (one engine ends a text there), at most `most` characters. */
export function storable(text: string, most = MOST.word): string {
  const short = text.length > most ? text.slice(0, most) : text;
  return short.isWellFormed() && !short.includes('\0') ? short : short.toWellFormed().replaceAll('\0', '\ufffd');
}

/** An id that is too long keeps its beginning and what makes it unlike others. */
export function storableId(id: string): string {
  if (id.length <= MOST.id) return storable(id, MOST.id);
  const hash = createHash('sha256').update(id).digest('hex');
  return storable(id, MOST.id - hash.length) + hash;
}

/** Numbers in place of words that come again and again. */
export interface Words {
  /** The number of `text`, or when there are too many words the text itself behind a `=`, so that it never looks like a number. */
  encode(text: string): string | number;
  /** As `encode`, but makes no new word: for questions. */
  find(text: string): string | number;
  decode(value: Value | undefined): string | undefined;
  /** Forgets words that were made in a transaction which was taken back, and sees those that another process made. */
  reload(): void;
}

export function words(db: Database): Words {
  const numbers = new Map<string, number>();
  const texts = new Map<number, string>();
  const keep = (text: string, number: number): number => {
    numbers.set(text, number);
    texts.set(number, text);
    return number;
  };
  const reload = (): void => {
    numbers.clear();
    texts.clear();
    for (const row of db.prepare('select number, text from word').all())
      keep(String(row['text']), Number(row['number']));
  };
  reload();
  const add = db.prepare('insert into word (number, text) values (?, ?)');
  return {
    encode: (raw) => {
      const known = numbers.get(raw);
      if (known !== undefined) return known;
      const text = storable(raw);
      const again = numbers.get(text);
      if (again !== undefined || numbers.size >= MOST_WORDS) return again ?? `=${text}`;
      add.run(numbers.size + 1, text);
      return keep(text, numbers.size + 1);
    },
    find: (raw) => {
      const text = storable(raw);
      if (!numbers.has(text)) reload();
      return numbers.get(text) ?? `=${text}`;
    },
    decode: (value) => {
      if (typeof value !== 'number') return value?.slice(1);
      if (!texts.has(value)) reload();
      return texts.get(value);
    },
    reload,
  };
}

/** A port as a number when it reads back as the same text, otherwise behind a `=`. */
function portOf(port: string | undefined): Value {
  if (port === undefined) return null;
  return /^[1-9]\d{0,4}$/.test(port) ? Number(port) : `=${storable(port)}`;
}

/** A whole number that SQLite and JavaScript agree on. */
function whole(value: number): number {
  return Number.isSafeInteger(value)
    ? value
    : Number.isFinite(value)
      ? Math.max(-8e15, Math.min(8e15, Math.trunc(value)))
      : 0;
}

/** The values of the columns of an event. */
export function valuesOf(event: WatchEvent, words: Words): Value[] {
  const word = (text: string | undefined): Value => (text === undefined ? null : words.encode(text));
  const text = (value: string | undefined, most?: number): Value =>
    value === undefined ? null : storable(value, most);
  return [
    whole(event.at),
    storableId(event.id),
    words.encode(event.host),
    words.encode(event.type),
    words.encode(event.outcome),
    text(event.user),
    text(event.from),
    portOf(event.port),
    word(event.method),
    text(event.key),
    word(event.jail),
    text(event.detail, MOST.detail),
    word(event.file),
    event.pid === undefined ? null : whole(event.pid),
    event.forged === undefined ? null : 1,
  ];
}

/** The event of a row that has all of `COLUMNS`. */
export function eventOf(row: Row, words: Words): WatchEvent {
  const event: Record<string, string | number | true> = {
    id: String(row['id']),
    at: Number(row['at']),
    host: words.decode(row['host']) ?? '',
    type: words.decode(row['type']) ?? '',
    outcome: words.decode(row['outcome']) ?? '',
  };
  const put = (name: keyof WatchEvent, value: string | undefined): void => {
    if (value !== undefined) event[name] = value;
  };
  const text = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  put('user', text('user'));
  put('from', text('addr'));
  put('port', text('port')?.replace(/^=/, ''));
  put('method', words.decode(row['method']));
  put('key', text('fingerprint'));
  put('jail', words.decode(row['jail']));
  put('detail', text('detail'));
  put('file', words.decode(row['file']));
  if (row['pid'] !== null) event['pid'] = Number(row['pid']);
  if (row['forged'] !== null) event['forged'] = true;
  return event as unknown as WatchEvent;
}
