import { inNetwork, matchesList, matchesPattern } from '../access/patterns.ts';
import type { Criterion } from './match.ts';
import type { Directive, MatchBlock, SshdConfig } from './parse.ts';
import { portNumber } from './scalars.ts';

/** Who connects; what is not known makes the blocks that depend on it uncertain. */
export interface Connection {
  readonly user?: string;
  readonly groups?: readonly string[];
  /** Whether the server has such an account. */
  readonly exists?: boolean;
  /** The client's name as sshd sees it. Absent, it is the address while UseDNS is off, and not known otherwise. */
  readonly host?: string;
  readonly addr?: string;
  readonly laddr?: string;
  readonly lport?: number;
  /** Device that the socket is bound to; empty for none (openbsd-compat/port-net.c, sys_get_rdomain()). */
  readonly rdomain?: string;
  /** What sshd says of itself, e.g. `OpenSSH_10.0p2 Debian-7`. */
  readonly version?: string;
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

/** match_cfg_line() of servconf.c, criterion by criterion. */
const DECIDES: Readonly<Record<string, (who: Connection, patterns: string) => boolean | undefined>> = {
  all: () => true,
  user: ({ user }, patterns) => list(user, patterns),
  'invalid-user': ({ exists }) => (exists === undefined ? undefined : !exists),
  group: ({ groups }, patterns) => groupList(groups, patterns),
  host: ({ host }, patterns) => list(host?.toLowerCase(), patterns.toLowerCase()),
  address: ({ addr }, patterns) => addressList(addr, patterns),
  localaddress: ({ laddr }, patterns) => addressList(laddr, patterns),
  localport: ({ lport }, patterns) => (lport === undefined ? undefined : portNumber(patterns) === lport),
  rdomain: ({ rdomain }, patterns) => list(rdomain, patterns),
  version: ({ version }, patterns) => list(version, patterns),
};

/** Whether a Match block applies; `undefined` when it depends on something that is not known. */
export function blockApplies(block: MatchBlock, who: Connection): boolean | undefined {
  if (block.fault !== undefined) return false;
  const answers = block.criteria.map(({ name, list: patterns }: Criterion) => DECIDES[name]?.(who, patterns));
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

/**
 * Whether a line stands outside of every block that asks who connects. `Match all` does not ask, nor does one for the
 * version that reads it: such blocks count when the daemon starts.
 */
export function outside({ version }: SshdConfig, { within }: Pick<Directive, 'within'>): boolean {
  const always = ({ name, list: patterns }: Criterion) =>
    name === 'all' || (name === 'version' && list(version, patterns) === true);
  return within.every(({ criteria, fault }) => fault === undefined && criteria.every(always));
}

/**
 * The connection as this sshd sees it. It asks DNS for the client's name only where it is told to (auth.c,
 * auth_get_canonical_hostname()); a connection is of a routing domain only where its listener is bound to a device, or
 * its address belongs to a link.
 */
export function seenBy(config: SshdConfig, who: Connection): Connection {
  const { version, unbound } = config;
  const { addr, host } = who;
  const asks = config.directives.find((one) => one.keyword === 'usedns' && outside(config, one))?.words.args[0];
  const named = host !== undefined || addr === undefined || asks?.toLowerCase() === 'yes' ? {} : { host: addr };
  const domain = unbound && addr !== undefined && !/^fe[89ab]/i.test(addr) ? { rdomain: '' } : {};
  return { ...(version !== undefined && { version }), ...domain, ...named, ...who };
}
