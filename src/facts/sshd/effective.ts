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

/** The value that sshd uses for this connection: the first line that applies wins (sshd_config(5)). */
export function setting(config: SshdConfig, keyword: string, who: Connection): Setting {
  const from: Directive[] = [];
  const shadowed: Directive[] = [];
  let certain = config.unread.length === 0;
  for (const directive of config.directives) {
    if (directive.keyword !== keyword || directive.args.length === 0) continue;
    const answers = directive.within.map((block) => blockApplies(block, who));
    if (answers.includes(false)) continue;
    const decided = from.length > 0 && !SSHD_ACCUMULATING.has(keyword);
    if (answers.includes(undefined)) {
      if (!decided) certain = false;
    } else if (decided) shadowed.push(directive);
    else from.push(directive);
  }
  const said = from.flatMap((directive) => directive.args).map((value) => SSHD_VALUE_ALIASES[value] ?? value);
  return { values: from.length > 0 ? said : (SSHD_DEFAULTS[keyword] ?? []), from, shadowed, certain };
}

/** First value in lower case, for keywords whose values are words. */
export function word(config: SshdConfig, keyword: string, who: Connection): string | undefined {
  return setting(config, keyword, who).values[0]?.toLowerCase();
}
