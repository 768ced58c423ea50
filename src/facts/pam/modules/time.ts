import { cited, linesOf, type Module, option, SERVICE, say, TTY } from '../asked.ts';

const CONFIG = '/etc/security/time.conf';
/** read_field() holds this many bytes at a time. */
const MAX_FIELD = 900;

const DAYS: Readonly<Record<string, number>> = {
  su: 1,
  mo: 2,
  tu: 4,
  we: 8,
  th: 16,
  fr: 32,
  sa: 64,
  wk: 62,
  wd: 65,
  al: 127,
};

interface Field {
  readonly text: string;
  readonly line: number;
  /** Another field follows on the line. */
  readonly more: boolean;
}

/** read_field(): fields between semicolons; a backslash joins lines. */
function fieldsOf(text: string, ended: boolean): readonly Field[] {
  const fields: Field[] = [];
  let field = '';
  let line = 1;
  let began = 1;
  let comment = false;
  const end = (more: boolean) => {
    fields.push({ text: field.replace(/ $/, ''), line: began, more });
    field = '';
  };
  const whole = ended ? `${text}\n` : text;
  for (let i = 0; i < whole.length; i++) {
    const char = whole[i];
    if (char === '\n') {
      end(false);
      comment = false;
      began = ++line;
    } else if (comment) continue;
    else if (char === '#') comment = true;
    else if (char === ';') end(true);
    else if (char === '\\' && whole[i + 1] === '\n') {
      i++;
      line++;
    } else if (char === ' ' || char === '\t') {
      if (field !== '' && !/[ !]$/.test(field)) field += ' ';
    } else field += char;
  }
  // Without a newline at its end the last field is taken for one that is too long, and emptied; not so inside of a comment.
  if (!ended && !whole.endsWith('\n') && whole !== '')
    fields.push({ text: comment ? field.trimEnd() : '', line: began, more: false });
  return fields;
}

const WORD = /[\w*\-./:]/;

/** logic_field(): from left to right, without precedence. */
function logic(field: string, agrees: (member: string) => boolean): boolean {
  let left = false;
  let not = false;
  let and = false;
  let wantsName = true;
  for (const [member] of field.matchAll(/[\w*\-./:]+|[&|!]/g)) {
    if (wantsName) {
      if (member === '!') not = !not;
      else if (!WORD.test(member[0] ?? '')) return false;
      else {
        const right = not !== agrees(member);
        left = and ? left && right : left || right;
        wantsName = false;
      }
    } else {
      if (member !== '&' && member !== '|') return false;
      and = member === '&';
      wantsName = true;
      not = false;
    }
  }
  return left;
}

/** is_same(): one `*` stands for anything, what follows it is the end. */
function isSame(name: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return name === pattern;
  const end = pattern.slice(star + 1);
  return name.startsWith(pattern.slice(0, star)) && name.length >= end.length && name.endsWith(end);
}

/** check_time(): days, each mention of which switches it on or off, then two times. */
function inTime(member: string, day: number, minute: number): boolean {
  const [, days = '', start = '', , end] = /^([a-z]*)(\d{0,4})(-(\d*))?/i.exec(member) ?? [];
  let marked = 0;
  for (let i = 0; i < days.length; i += 2) {
    const bit = DAYS[days.slice(i, i + 2).toLowerCase()];
    if (bit === undefined) return false;
    marked ^= bit;
  }
  if (marked === 0) return false;
  // Times that cannot be read let in.
  if (end === undefined || end.length < 4) return true;
  const [from, to] = [Number(start), Number(end.slice(0, 4))];
  if (from < to) return (marked & day) !== 0 && minute >= from && minute < to;
  if ((marked & day) !== 0 && minute >= from) return true;
  const next = ((marked << 1) | ((marked & 64) === 0 ? 0 : 1)) & 127;
  return (next & day) !== 0 && minute <= to;
}

/** pam_time(8), time.conf(5): every rule whose service, terminal and user fit must have its time. */
export const time: Module = (rule, { files, account, now, zone, machine }) => {
  const path = option(rule, 'conffile') || CONFIG;
  const lines = linesOf(files, path);
  if (!lines) return undefined;
  const text = lines.join('\n');
  const fields = fieldsOf(text, lines.length > 0 && !machine?.unended.has(path));
  if (fields.some((field) => field.text.length > MAX_FIELD)) return undefined;
  const local = new Date(now + (zone ?? 0) * 60_000);
  const [day, minute] = [1 << local.getUTCDay(), local.getUTCHours() * 100 + local.getUTCMinutes()];
  let unsure = false;
  for (let i = 0; i < fields.length; i++) {
    const service = fields[i];
    if (!service || service.text === '') continue;
    const parts = [service, fields[i + 1], fields[i + 2], fields[i + 3]];
    const short = parts.findIndex((field, n) => n < 3 && !field?.more);
    if (short >= 0) {
      i += short;
      continue;
    }
    i += 3;
    const [, tty, user, times] = parts;
    if (!tty || !user || !times || times.more) continue;
    const fits = logic(service.text, (name) => isSame(SERVICE, name)) && logic(tty.text, (name) => isSame(TTY, name));
    const netgroup = user.text.startsWith('@');
    if (!fits || (!netgroup && !logic(user.text, (name) => isSame(account.name, name)))) continue;
    if (logic(times.text, (name) => inTime(name, day, minute))) continue;
    if (netgroup || zone === undefined) unsure = true;
    else return say('perm_denied', cited(path, service.line, lines[service.line - 1] ?? ''));
  }
  return unsure || zone === undefined ? undefined : say('success');
};
