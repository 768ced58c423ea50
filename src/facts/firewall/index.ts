import type { Bundle } from '../../model/bundle.ts';
import type { FactSource } from '../../model/cause.ts';
import type { Fact, Origin } from '../../model/fact.ts';
import { meta } from '../meta.ts';
import { derived, section } from '../source.ts';
import { sysctl } from '../sysctl.ts';
import { readAddresses, readBack, readRoutes } from './host.ts';
import { parseIpsets } from './ipset.ts';
import { parseIptables } from './iptables.ts';
import type { Chain, Host, NamedSet, Ruleset } from './model.ts';
import { parseNft } from './nft.ts';

/** A dump of rules. One that was cut is none: the rules that are missing may decide. */
function dump(name: string, doc: string): FactSource<string> {
  const whole = section('server', name, doc, (text) => text ?? '', `dump ${name}`);
  const from: Origin = { side: 'server', section: name };
  return {
    ...whole,
    read: (bundle: Bundle): Fact<string> =>
      bundle.sections[name]?.detail === 'truncated'
        ? { known: false, gap: 'unparsable', detail: 'truncated', from }
        : whole.read(bundle),
  };
}

/** iptables-save(8) says so of tables that hold rules or chains of nft's own; what it then shows is not all of them. */
const INCOMPATIBLE = /^# Table `(\w+)' (?:is|contains) incompatible/gm;
/** Rules of a dump without what changes from one look to the next. */
const rulesOf = (text: string): string => text.replace(/^#.*$|\[\d+:\d+\]/gm, '').replace(/\n\n+/g, '\n');

/**
 * Whether iptables-save is the legacy one, and says again what iptables-legacy-save says. The nft backend names itself in
 * its first line, but not before 1.8.8.
 */
const isLegacy = (text: string, legacy: string): boolean =>
  legacy !== '' && text !== '' && !/\(nf_tables\)/.test(text.slice(0, 200)) && rulesOf(text) === rulesOf(legacy);

const hostFacts = {
  addressList: section('server', 'addresses', 'addresses by interface (`ip -o addr`)', readAddresses, 'host addresses'),
  routeList: section('server', 'routes', 'the main routing table (`ip route`)', readRoutes, 'host routes'),
  back: section(
    'server',
    'route-to-client',
    'the way back to the client (`ip route get`)',
    (text) => text,
    'host back',
  ),
  bpf: section(
    'server',
    'bpf',
    'programs that see packets before any ruleset (tc(8), XDP)',
    (text) => text,
    'host bpf',
  ),
  meta,
  sysctl,
};

export const firewall = derived(
  'firewall',
  "the server's packet filter: nft(8), iptables(8), ipset(8), whoever wrote the rules",
  {
    nft: dump('nft', 'rules of nftables as text'),
    json: dump('nft-json', 'rules of nftables as JSON'),
    ip: dump('iptables', 'rules of iptables'),
    ip6: dump('ip6tables', 'rules of ip6tables'),
    legacy: dump('iptables-legacy', 'rules of legacy iptables'),
    legacy6: dump('ip6tables-legacy', 'rules of legacy ip6tables'),
  },
  ({ nft, json, ip, ip6, legacy, legacy6, ipset = '', ...facts }): Ruleset => {
    const foreign = new Set(
      [
        [ip, 'iptables'],
        [ip6, 'ip6tables'],
      ].flatMap(([text = '', name]) => [...text.matchAll(INCOMPATIBLE)].map(([, table]) => `${name} ${table}`)),
    );
    // Where iptables itself is the legacy one, the legacy dump says the same again.
    const saved: Chain[] = [
      ...(isLegacy(ip, legacy) ? [] : parseIptables(ip, 'iptables', 'ip')),
      ...(isLegacy(ip6, legacy6) ? [] : parseIptables(ip6, 'ip6tables', 'ip6')),
      ...parseIptables(legacy, 'iptables-legacy', 'ip'),
      ...parseIptables(legacy6, 'ip6tables-legacy', 'ip6'),
    ].filter((chain) => !foreign.has(`${chain.section} ${chain.table}`));
    // nft shows the matches of iptables without their arguments, so those tables are taken from iptables' own dump.
    const owned = new Set(
      saved.flatMap(({ family, table, section: from }) => (from.endsWith('-legacy') ? [] : [`${family} ${table}`])),
    );
    const own = parseNft(json, nft);
    const chains = [...own.chains.filter(({ family, table }) => !owned.has(`${family} ${table}`)), ...saved];
    return {
      chains,
      sets: new Map([...own.sets, ...ipsets(ipset, chains)]),
      host: hostOf(facts),
      blind: blindSpots(facts),
    };
  },
  { ipset: dump('ipset', 'sets of ipset(8)'), ...hostFacts },
);

function ipsets(text: string, chains: readonly Chain[]): ReadonlyMap<string, NamedSet> {
  const sets = parseIpsets(text);
  if (sets.size === 0) return sets;
  for (const { rules } of chains) {
    for (const { statements } of rules) {
      for (const one of statements) {
        const set = one.kind === 'write' ? sets.get(one.set) : undefined;
        if (set && one.kind === 'write') sets.set(one.set, { ...set, written: true });
      }
    }
  }
  return sets;
}

type HostFacts = {
  readonly [K in keyof typeof hostFacts]?: (typeof hostFacts)[K] extends FactSource<infer T> ? T : never;
};

function hostOf({ addressList, routeList, back, meta: about, sysctl: settings }: HostFacts): Host {
  const way = readBack(back ?? null, about?.from);
  const value = (device: string): string | undefined => settings?.get(`net.ipv4.conf.${device}.rp_filter`)?.value;
  const devices = [...new Set(addressList?.map(({ device }) => device) ?? [])];
  // The stricter of the interface's own and of `all` counts (ip-sysctl, rp_filter); 2 is the loose kind.
  const strict = devices.filter((device) => Math.max(Number(value(device) ?? 0), Number(value('all') ?? 0)) === 1);
  return {
    ...(addressList && addressList.length > 0 ? { addresses: addressList } : {}),
    ...(routeList && routeList.length > 0 ? { routes: routeList } : {}),
    ...(way ? { back: way } : {}),
    strict,
    ...(about ? { now: about.now / 1000, ...(about.zone !== undefined && { zone: about.zone * 60 }) } : {}),
  };
}

/** What else may decide about a packet without showing in a ruleset. */
function blindSpots({ bpf }: HostFacts): readonly string[] {
  const found: string[] = [];
  if (/\b(clsact|ingress)\b/.test(bpf ?? '')) found.push('tc');
  if (/\bxdp\b/.test(bpf ?? '')) found.push('XDP');
  return found;
}

export { type Condition, type Decision, type Fate, type Judgement, judge } from './judge.ts';
export { type Chain, isV6, type Question, type Ruleset } from './model.ts';
export { isBan, type Owner, ownerOf } from './owner.ts';
