import { SSHD_ACCUMULATING, SSHD_DEFAULTS, SSHD_VALUE_ALIASES } from '../../knowledge/sshd-options.ts';
import { inNetwork, matchesList, matchesPattern } from '../access/patterns.ts';
import type { Directive, MatchBlock, SshdConfig } from './parse.ts';

/** Who connects; what is not known makes the blocks that depend on it uncertain. */
export interface Connection {
  readonly user?: string;
  readonly groups?: readonly string[];
  /** The client's name as sshd sees it; its address when UseDNS is off. */
  readonly host?: string;
  readonly addr?: string;
  readonly laddr?: string;
  readonly lport?: number;
}

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

function list(value: string | undefined, patterns: string): boolean | undefined {
  return value === undefined ? undefined : matchesList(value, patterns) === 'yes';
}

/** addr_match_list() of addrmatch.c: networks, addresses and wildcards; a negated match refuses. */
function addressList(address: string | undefined, patterns: string): boolean | undefined {
  if (address === undefined) return undefined;
  let found = false;
  for (const word of patterns.split(',')) {
    const negated = word.startsWith('!');
    const pattern = negated ? word.slice(1) : word;
    if (!(inNetwork(address, pattern) ?? matchesPattern(address, pattern))) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** match_cfg_line_group(): true when one of the user's groups matches and none is negated. */
function groupList(groups: readonly string[] | undefined, patterns: string): boolean | undefined {
  if (!groups) return undefined;
  const answers = groups.map((group) => matchesList(group, patterns));
  return answers.includes('yes') && !answers.includes('negated');
}

/** Whether a Match block applies; `undefined` when it depends on something that is not known. */
export function blockApplies(block: MatchBlock, who: Connection): boolean | undefined {
  let unsure = false;
  for (const { name, list: patterns } of block.criteria) {
    const hit =
      name === 'all'
        ? true
        : name === 'user'
          ? list(who.user, patterns)
          : name === 'group'
            ? groupList(who.groups, patterns)
            : name === 'host'
              ? list(who.host?.toLowerCase(), patterns.toLowerCase())
              : name === 'address'
                ? addressList(who.addr, patterns)
                : name === 'localaddress'
                  ? addressList(who.laddr, patterns)
                  : name === 'localport'
                    ? who.lport === undefined
                      ? undefined
                      : Number(patterns) === who.lport
                    : undefined;
    if (hit === false) return false;
    if (hit === undefined) unsure = true;
  }
  return unsure ? undefined : true;
}

/** Lines of one keyword that apply: those outside of every block (`Match all` counts as outside too), and those in blocks. */
interface Applying {
  readonly global: readonly Directive[];
  readonly matched: readonly Directive[];
  /** A block that could not be decided holds the keyword, where it could come first or add to the others. */
  readonly unsure: boolean;
}

function applying(config: SshdConfig, keyword: string, who: Connection): Applying {
  const lines = config.directives.filter((each) => each.keyword === keyword && each.args.length > 0);
  const global = lines.filter(({ within }) =>
    within.every(({ criteria }) => criteria.every(({ name }) => name === 'all')),
  );
  const inBlocks = lines
    .filter(({ within }) => within.length > 0)
    .map((line) => ({ line, answers: line.within.map((block) => blockApplies(block, who)) }))
    .filter(({ answers }) => !answers.includes(false));
  const decided = inBlocks.findIndex(({ answers }) => !answers.includes(undefined));
  const open = SSHD_ACCUMULATING.has(keyword) || decided < 0 ? inBlocks : inBlocks.slice(0, decided);
  return {
    global,
    matched: inBlocks.filter(({ answers }) => !answers.includes(undefined)).map(({ line }) => line),
    unsure: open.some(({ answers }) => answers.includes(undefined)),
  };
}

/**
 * The value that sshd uses for this connection, as servconf.c works it out: blocks that match are read in a pass of their
 * own and override what stands outside of them; within a pass the first line wins, or all lines of a keyword add up.
 */
export function setting(config: SshdConfig, keyword: string, who: Connection): Setting {
  const { global, matched, unsure } = applying(config, keyword, who);
  const deciding = matched.length > 0 ? matched : global;
  const from = SSHD_ACCUMULATING.has(keyword) ? deciding : deciding.slice(0, 1);
  const shadowed = [...matched, ...global].filter((line, i, all) => !from.includes(line) && all.indexOf(line) === i);
  const said = from.flatMap((directive) => directive.args).map((value) => SSHD_VALUE_ALIASES[value] ?? value);
  return {
    values: from.length > 0 ? said : (SSHD_DEFAULTS[keyword] ?? []),
    from,
    shadowed,
    certain: config.unread.length === 0 && !unsure,
  };
}

/** First value in lower case, for keywords whose values are words. */
export function word(config: SshdConfig, keyword: string, who: Connection): string | undefined {
  return setting(config, keyword, who).values[0]?.toLowerCase();
}
