import { dns } from '../facts/client/dns.ts';
import { tcp } from '../facts/client/tcp.ts';
import { type Vantage, vantages } from '../facts/vantage.ts';
import type { Bundle } from '../model/bundle.ts';

export interface FromElsewhere {
  readonly seen: readonly Vantage[];
  /** What the looks prove together, in one sentence. */
  readonly proves: string;
}

const list = (all: readonly Vantage[]): string => all.map(({ name }) => name).join(' and ');

/** The looks from other machines beside the one from here; nothing when there were none. */
export function fromElsewhere(bundle: Bundle): FromElsewhere | undefined {
  const found = vantages.read(bundle);
  if (!found.known) return undefined;
  const probes = tcp.read(bundle);
  const names = dns.read(bundle);
  const here = probes.known ? probes.value.probes.map(({ outcome }) => outcome) : [];
  const seen = found.value;
  const looked = seen.filter(({ outcome }) => outcome !== undefined);
  return { seen, proves: [compare(here, looked), split(names.known ? names.value.addresses : [], looked)].join('') };
}

function compare(here: readonly string[], looked: readonly Vantage[]): string {
  if (looked.length === 0) return 'Nothing: no other machine could look.';
  const open = looked.filter(({ outcome }) => outcome === 'open');
  const shut = looked.filter(({ outcome }) => outcome !== 'open');
  const reached = here.includes('open');
  const all = shut.length === 0;
  if (here.length === 0)
    return all
      ? `The server can be reached from ${list(open)}; from here there was no connection to compare.`
      : `From ${list(shut)} it cannot be reached either.`;
  if (reached && all) return 'The port is open from everywhere: neither filter nor route is the obstacle.';
  if (reached) return `It is open from here and not from ${list(shut)}: a filter or route on that way, not the server.`;
  if (open.length > 0)
    return `${list(open)} can reach it and this machine cannot: the server runs, and a filter or route between here and it, or a rule on it about the source address, is the obstacle.`;
  const same = new Set([...looked.map(({ outcome }) => outcome), ...here]).size === 1;
  return `It cannot be reached from anywhere${same ? `, and all see the same (${here[0]})` : ''}: the server itself, its own firewall, or what stands right in front of it.`;
}

/** Names that mean another machine there than here. */
function split(here: readonly string[], looked: readonly Vantage[]): string {
  const other = looked.find(
    ({ addresses }) => addresses.length > 0 && here.length > 0 && !addresses.some((one) => here.includes(one)),
  );
  return other
    ? ` The name means another address from ${other.name} (${other.addresses.join(', ')}) than from here (${here.join(', ')}): split horizon, or a hosts file.`
    : '';
}
