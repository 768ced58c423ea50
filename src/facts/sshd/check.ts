import { distance } from 'fastest-levenshtein';
import { atLeast, keywordOf, type Release, SSHD_KEYWORD_NAMES } from '../../knowledge/sshd-keywords.ts';
import { blockApplies, type Connection, outside, seenBy } from './applies.ts';
import { setting } from './effective.ts';
import { lineWords } from './lex.ts';
import type { Complaint } from './line.ts';
import { wrongFamily } from './listen.ts';
import type { Directive, SshdConfig } from './parse.ts';
import { validMethods } from './read-many.ts';
import { readValue } from './value.ts';

/** Something for which sshd does not start, in its own words. */
export interface Problem {
  readonly text: string;
  /** The line; none where it is the whole that does not fit together. */
  readonly directive?: Directive;
  /** A keyword that was probably meant. */
  readonly meant?: string;
}

/** More edits than these make another word. */
const TYPO = 3;

/** The keyword nearest to a misspelt one. */
export function suggestion(written: string): string | undefined {
  const lower = written.toLowerCase();
  const [best] = SSHD_KEYWORD_NAMES.map((name) => ({ name, far: distance(lower, name.toLowerCase()) })).sort(
    (a, b) => a.far - b.far,
  );
  return best && best.far <= Math.min(TYPO, lower.length / 4) ? best.name : undefined;
}

/** The line with the keyword that was meant in the place of the misspelt one, where sshd then takes it. */
export function corrected(config: SshdConfig, directive: Directive, meant: string): string | undefined {
  const { text, words } = directive;
  if (!text.startsWith(words.keyword)) return undefined;
  const becomes = `${meant}${text.slice(words.keyword.length)}`;
  const read = lineWords(becomes, config.release);
  const keyword = keywordOf(meant, config.release)?.id;
  if (!read || keyword === undefined || keyword === 'match' || keyword === 'include') return undefined;
  const better = { ...directive, text: becomes, words: read, keyword };
  return complaints(better, config).length === 0 ? becomes : undefined;
}

function includeComplaints({ words }: Directive, { release }: SshdConfig): readonly Complaint[] {
  const modern = atLeast(release, [8, 7]);
  if (modern && words.args.includes('')) return [{ text: `keyword ${words.keyword} empty argument`, stops: false }];
  if (words.args.length > 0) return [];
  return [{ text: `${modern ? words.keyword : 'Include'} missing filename argument`, stops: true }];
}

function complaints(directive: Directive, config: SshdConfig): readonly Complaint[] {
  const { release } = config;
  const { words, keyword, within } = directive;
  const found: Complaint[] = [];
  if (words.fault === 'no-argument') return [{ text: `no argument after keyword "${words.keyword}"`, stops: false }];
  const known = keywordOf(words.keyword, release);
  if (!known) found.push({ text: `Bad configuration option: ${words.keyword}`, stops: false });
  if (words.fault === 'quotes') return [...found, { text: 'invalid quotes', stops: false }];
  const enclosing = keyword === 'match' ? within.slice(0, -1) : within;
  if (!known?.keyword.match && !outside(config, { within: enclosing }))
    return [...found, { text: `Directive '${words.keyword}' is not allowed within a Match block`, stops: true }];
  if (!known) return found;
  if (keyword === 'match') {
    const fault = within.at(-1)?.fault;
    return fault === undefined ? [] : [{ text: fault, stops: true }];
  }
  if (keyword === 'include') return includeComplaints(directive, config);
  const read = readValue(known.id, known.keyword, words, release);
  return 'complaint' in read ? [...found, read.complaint] : found;
}

/**
 * What `sshd -t` would say of a configuration, up to where it exits (servconf.c, parse_server_config_depth(); sshd.c,
 * main()): each line that it does not take, then settings that do not go together. Empty when sshd would start.
 * With a connection: what its process would say and die of, when it reads the Match blocks that apply.
 */
export function problems(config: SshdConfig, asked?: Connection): readonly Problem[] {
  const who = asked && seenBy(config, asked);
  const found: Problem[] = [];
  const seen = new Set<string>();
  for (const [i, directive] of config.directives.entries()) {
    // For a connection only the blocks are read again, into a configuration of their own.
    const { within } = directive;
    const active = who
      ? within.length > 0 && within.every((block) => blockApplies(block, who))
      : outside(config, directive);
    for (const { text, stops, looks } of complaints(directive, config)) {
      if (looks && looks !== 'unset' && !active) continue;
      if (looks && looks !== 'active' && seen.has(subjectOf(directive))) continue;
      const meant = /^Bad configuration option/.test(text) ? suggestion(directive.words.keyword) : undefined;
      found.push({ text, directive, ...(meant && { meant }) });
      if (stops) return found;
    }
    const again = seen.has(subjectOf(directive)) ? twice(directive, active, config.release) : undefined;
    if (again !== undefined) return [...found, { text: again, directive }];
    if (active) seen.add(subjectOf(directive));
    // An included file with errors is the last one that is read.
    const faulty = directive.reading > 0 && found.some((problem) => problem.directive?.reading === directive.reading);
    if (faulty && !config.directives.slice(i + 1).some(({ reading }) => reading === directive.reading)) return found;
  }
  if (found.length > 0) return found;
  return who ? emptyLists(config, who) : together(config);
}

/** What sshd says of a line that some releases take only once. */
function twice({ keyword, words }: Directive, active: boolean, release?: Release): string | undefined {
  if (keyword === 'subsystem' && active && !atLeast(release, [9, 5]))
    return `Subsystem '${words.args[0]}' already defined.`;
  const onlyOnce = atLeast(release, [8, 7]) && !atLeast(release, [9, 8]);
  if (keyword === 'authenticationmethods' && onlyOnce && words.args.includes('any'))
    return `"any" must appear alone in ${words.keyword}`;
  return undefined;
}

/** What a line sets: its keyword, or one subsystem. */
function subjectOf({ keyword, words }: Directive): string {
  return keyword === 'subsystem' ? `${keyword} ${words.args[0]}` : keyword;
}

/** Lists of algorithms, as the message of an empty one calls them. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  ciphers: 'ciphers',
  macs: 'macs',
  kexalgorithms: 'kex_algorithms',
  hostkeyalgorithms: 'hostkeyalgorithms',
  hostbasedacceptedalgorithms: 'hostbased_accepted_algos',
  pubkeyacceptedalgorithms: 'pubkey_accepted_algos',
  casignaturealgorithms: 'ca_sign_algorithms',
};

/** A list of algorithms of which nothing is left. */
function emptyLists(config: SshdConfig, who: Connection): readonly Problem[] {
  for (const [keyword, name] of Object.entries(ALGORITHMS)) {
    const { values, from } = setting(config, keyword, who);
    const [directive] = from;
    if (directive && values[0] === '' && !directive.words.args[0]?.startsWith('-'))
      return [{ text: `assemble_algorithms: ${name}: invalid argument`, directive }];
  }
  return [];
}

/** What stands outside of all blocks, as the daemon reads it before anybody connects. */
function together(config: SshdConfig): readonly Problem[] {
  const atStart = { ...config, directives: config.directives.filter((line) => outside(config, line)) };
  const settingOf = (keyword: string) => setting(atStart, keyword, {});
  const value = (keyword: string) => settingOf(keyword).values[0] ?? 'none';
  const foreign = wrongFamily(atStart);
  if (foreign) return [foreign];
  const empty = emptyLists(atStart, {});
  if (empty.length > 0) return empty;
  for (const keyword of ['AuthorizedKeysCommand', 'AuthorizedPrincipalsCommand']) {
    const command = settingOf(keyword.toLowerCase());
    const isSet = !/^none$/i.test(command.values[0] ?? 'none');
    const [directive] = command.from;
    // "none" is a user like any other here.
    if (isSet && settingOf(`${keyword.toLowerCase()}user`).from.length === 0)
      return [{ text: `${keyword} set without ${keyword}User`, ...(directive && { directive }) }];
  }
  const methods = settingOf('authenticationmethods');
  const enabled = (method: string) => {
    if (method === 'publickey') return value('pubkeyauthentication') === 'yes';
    if (method === 'password') return value('passwordauthentication') === 'yes';
    if (method === 'keyboard-interactive') return value('kbdinteractiveauthentication') === 'yes';
    if (method === 'hostbased') return value('hostbasedauthentication') === 'yes';
    if (method === 'gssapi-with-mic') return value('gssapiauthentication') === 'yes';
    if (method === 'gssapi-keyex') return value('gssapikeyexchange') === 'yes';
    return method === 'none';
  };
  const [directive] = methods.from;
  if (directive && !methods.values.some((list) => list === 'any' || validMethods(list, enabled)))
    return [{ text: 'AuthenticationMethods cannot be satisfied by enabled authentication methods', directive }];
  return [];
}
