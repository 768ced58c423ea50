import type { FactSource } from '../../model/cause.ts';
import { derived, section } from '../source.ts';
import { parseIptables } from './iptables.ts';
import type { Chain, Ruleset } from './model.ts';
import { parseNft } from './nft.ts';

const dump = (name: string, doc: string): FactSource<string> => section('server', name, doc, (text) => text ?? '');

/** iptables-save(8) says so of tables that hold rules of nft's own. */
const INCOMPATIBLE = /^# Table `(\w+)' is incompatible/gm;

export const firewall = derived(
  'firewall',
  "the server's packet filter: nft(8), iptables(8), whoever wrote the rules",
  {
    nft: dump('nft', 'rules of nftables as text'),
    json: dump('nft-json', 'rules of nftables as JSON'),
    ip: dump('iptables', 'rules of iptables'),
    ip6: dump('ip6tables', 'rules of ip6tables'),
    legacy: dump('iptables-legacy', 'rules of legacy iptables'),
    legacy6: dump('ip6tables-legacy', 'rules of legacy ip6tables'),
  },
  ({ nft, json, ip, ip6, legacy, legacy6 }): Ruleset => {
    const saved: Chain[] = [
      ...parseIptables(ip, 'iptables', 'ip'),
      ...parseIptables(ip6, 'ip6tables', 'ip6'),
      ...parseIptables(legacy, 'iptables-legacy', 'ip'),
      ...parseIptables(legacy6, 'ip6tables-legacy', 'ip6'),
    ];
    // nft shows the matches of iptables without their arguments, so those tables are taken from iptables' own dump.
    const owned = new Set(saved.map(({ family, table }) => `${family} ${table}`));
    for (const [, table] of ip.matchAll(INCOMPATIBLE)) owned.delete(`ip ${table}`);
    for (const [, table] of ip6.matchAll(INCOMPATIBLE)) owned.delete(`ip6 ${table}`);
    const own = parseNft(json, nft);
    return { chains: [...own.filter(({ family, table }) => !owned.has(`${family} ${table}`)), ...saved] };
  },
);

export { type Decision, type Judgement, judge } from './judge.ts';
export type { Ruleset, Syn } from './model.ts';
export { allowCommands, isBan, type Owner, ownerOf } from './owner.ts';
