import { atLeast, keywordOf, type Release, type ValueType } from '../../knowledge/sshd-keywords.ts';
import { defaultsOf } from '../../knowledge/sshd-releases.ts';
import { expanded } from './algorithms.ts';
import { blockApplies, type Connection, outside, seenBy } from './applies.ts';
import type { Directive, SshdConfig } from './parse.ts';
import { readValue } from './value.ts';

export interface Setting {
  /** As written, aliases resolved; all values of a keyword that accumulates. */
  readonly values: readonly string[];
  /** The lines that set it; empty for a default. */
  readonly from: readonly Directive[];
  /** Lines that would have set it, had an earlier one not. */
  readonly shadowed: readonly Directive[];
  /** False when a Match block that could not be decided stands before or among the lines that set it. */
  readonly certain: boolean;
}

/** Keywords of which all lines count, one of a kind. */
const ADD_UP: ReadonlySet<ValueType> = new Set([
  ...(['port', 'listen-address', 'each-path', 'users', 'groups', 'accept-env', 'subsystem'] as const),
]);
/** Keywords of which the last line wins: servconf.c does not ask whether they are set. */
const LAST: ReadonlySet<ValueType> = new Set(['qos', 'mask', 'hash', 'max-startups', 'net-block'] as const);
/** Lists of algorithms, in which `+`, `-` and `^` change the default. */
const LISTS: ReadonlySet<ValueType> = new Set(['ciphers', 'macs', 'kex', 'keys', 'signatures'] as const);
/** Keywords whose default is several words. */
const SEVERAL: ReadonlySet<ValueType> = new Set(['key-files', 'methods', 'permit', 'words', 'qos', 'rekey'] as const);

interface Line {
  readonly directive: Directive;
  readonly values: readonly string[];
}

/** Lines of one keyword that apply: those outside of every block (`Match all` counts as outside too), and those in blocks. */
interface Applying {
  readonly global: readonly Line[];
  readonly matched: readonly Line[];
  /** A block that could not be decided holds the keyword, where it could come first or add to the others. */
  readonly unsure: boolean;
}

function applying(config: SshdConfig, id: string, type: ValueType, asked: Connection): Applying {
  const who = seenBy(config, asked);
  const lines = config.directives.flatMap((directive): Line[] => {
    const known = directive.keyword === id ? keywordOf(directive.words.keyword, config.release) : undefined;
    const read = known && readValue(id, known.keyword, directive.words, config.release);
    return read && 'values' in read && read.values.length > 0 ? [{ directive, values: read.values }] : [];
  });
  const inBlocks = lines
    .filter(({ directive }) => directive.within.length > 0)
    .map((line) => ({ line, answers: line.directive.within.map((block) => blockApplies(block, who)) }))
    .filter(({ answers }) => !answers.includes(false));
  const decided = inBlocks.findIndex(({ answers }) => !answers.includes(undefined));
  const open = ADD_UP.has(type) || LAST.has(type) || decided < 0 ? inBlocks : inBlocks.slice(0, decided);
  return {
    global: lines.filter(({ directive }) => outside(config, directive)),
    matched: inBlocks.filter(({ answers }) => !answers.includes(undefined)).map(({ line }) => line),
    unsure: open.some(({ answers }) => answers.includes(undefined)),
  };
}

/** Of the lines of one pass, those that count. */
function counting(lines: readonly Line[], id: string, type: ValueType, release?: Release): readonly Line[] {
  // 8.7 to 9.3 ask whether the other command is set, so the last line wins (servconf.c, parse_command).
  const mixedUp = atLeast(release, [8, 7]) && !atLeast(release, [9, 4]);
  if (id === 'authorizedprincipalscommand' && mixedUp) return lines.slice(-1);
  if (type === 'subsystem') {
    const name = ({ values }: Line) => values[0]?.split(' ', 1)[0];
    return lines.filter((line, i) => lines.findIndex((other) => name(other) === name(line)) === i);
  }
  if (ADD_UP.has(type) || type === 'penalties') return lines;
  return LAST.has(type) ? lines.slice(-1) : lines.slice(0, 1);
}

/** Two limits on one line, each of which may be set by another line. */
function fields(passes: readonly (readonly Line[])[], defaults: readonly string[]): string[] {
  const set = passes.flat().map(({ values }) => values);
  return defaults.map((value, i) => set.find((values) => values[i])?.[i] ?? value);
}

/** A release may print a keyword by its older name. */
function defaultValues(keyword: string, id: string, release?: Release): readonly string[] {
  const all = defaultsOf(release);
  const name = all[keyword] ? keyword : Object.keys(all).find((other) => keywordOf(other, release)?.id === id);
  return (name === undefined ? undefined : all[name]) ?? [];
}

/**
 * The value that sshd uses for this connection, as servconf.c works it out: blocks that match are read in a pass of their
 * own and override what stands outside of them; within a pass the first line wins, or all lines of a keyword add up.
 * `keyword` in lower case; values as `sshd -T` prints them, but `prohibit-password` by its present name.
 */
export function setting(config: SshdConfig, keyword: string, who: Connection): Setting {
  const { release } = config;
  const known = keywordOf(keyword, release) ?? keywordOf(keyword);
  if (!known) throw new Error(`${keyword} is no keyword of sshd_config`);
  const { id, keyword: means } = known;
  const { global, matched, unsure } = applying(config, id, means.type, who);
  const deciding = matched.length > 0 && means.match ? matched : global;
  const lines = counting(deciding, id, means.type, release);
  const from = lines.map(({ directive }) => directive);
  const all = [...matched, ...global].map(({ directive }) => directive);
  const shadowed = all.filter((line, i) => !from.includes(line) && all.indexOf(line) === i);
  const certain = config.unread.length === 0 && !unsure;
  const given = defaultValues(keyword, id, release).map((value) =>
    value.replace('without-password', 'prohibit-password'),
  );
  const defaults = SEVERAL.has(means.type) ? given.flatMap((line) => line.split(' ')) : given;
  if (means.type === 'rekey') return { values: fields([matched, global], defaults), from, shadowed, certain };
  // Before 8.7 one keyword switched the other on (sshd.c, main()).
  if (id === 'kbdinteractiveauthentication' && matched.length === 0 && !atLeast(release, [8, 7])) {
    const challenge = setting(config, 'challengeresponseauthentication', who);
    if (challenge.values[0] === 'yes') return { ...challenge, shadowed: from };
    if (from.length === 0) return { ...challenge, values: ['no'] };
  }
  if (lines.length === 0) return { values: defaults, from, shadowed, certain };
  const values = lines.flatMap((line) => line.values);
  const listed = LISTS.has(means.type) ? [expanded(means, values[0] ?? '', defaults[0] ?? '', release) ?? ''] : values;
  return { values: listed, from, shadowed, certain };
}

/** First value in lower case, for keywords whose values are words. */
export function word(config: SshdConfig, keyword: string, who: Connection): string | undefined {
  return setting(config, keyword, who).values[0]?.toLowerCase();
}
