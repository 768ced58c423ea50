import { shellQuote } from '../../model/remedy.ts';
import type { Decision } from './judge.ts';
import { isV6, type Question as Syn } from './model.ts';

/** Who wrote a rule, told by the names that each tool gives its tables and chains. */
export type Owner = 'ufw' | 'firewalld' | 'docker' | 'fail2ban' | 'sshguard' | 'crowdsec' | 'iptables' | 'nftables';

/** Tools whose rules are bans of single addresses; their own causes tell of those. */
export function isBan(owner: Owner): boolean {
  return owner === 'fail2ban' || owner === 'sshguard' || owner === 'crowdsec';
}

export function ownerOf({ chain, rule }: Decision, all: readonly string[] = []): Owner {
  const names = `${chain.table} ${chain.name}`;
  if (/\bf2b-/.test(names) || /\bf2b-/.test(rule?.text ?? '')) return 'fail2ban';
  if (/sshguard/.test(names)) return 'sshguard';
  if (/crowdsec/i.test(names)) return 'crowdsec';
  if (/firewalld/.test(names)) return 'firewalld';
  if (/\bufw6?-/.test(names) || (rule === undefined && all.some((name) => /^ufw6?-/.test(name)))) return 'ufw';
  if (/DOCKER/.test(names)) return 'docker';
  return chain.section === 'nft' ? 'nftables' : 'iptables';
}

/**
 * The narrowest rule that lets this client reach this port, in the tool that owns the deciding rule and in front of it.
 * Lasts as the tool's rules last: ufw keeps it; iptables and nft forget it at a reboot unless it is saved.
 */
export function allowCommands(by: Decision, owner: Owner, syn: Syn): readonly string[] {
  const { chain, rule } = by;
  const v6 = isV6(syn.from);
  const from = shellQuote(syn.from);
  switch (owner) {
    case 'ufw':
      // `prepend` puts it before every other rule of its family, also when there is none yet.
      return [`ufw prepend allow proto tcp from ${from} to any port ${syn.port}`];
    case 'firewalld':
      return [
        `firewall-cmd --add-rich-rule='rule family="${v6 ? 'ipv6' : 'ipv4'}" source address="${syn.from}" port port="${syn.port}" protocol="tcp" accept'`,
      ];
    case 'iptables':
    case 'docker': {
      const tool = `${v6 ? 'ip6tables' : 'iptables'}${chain.section.endsWith('-legacy') ? '-legacy' : ''}`;
      const table = chain.table === 'filter' ? '' : ` -t ${chain.table}`;
      const at = rule ? chain.rules.indexOf(rule) + 1 : chain.rules.length + 1;
      return [`${tool}${table} -I ${shellQuote(chain.name)} ${at} -s ${from} -p tcp --dport ${syn.port} -j ACCEPT`];
    }
    case 'nftables': {
      const place = `${chain.family} ${shellQuote(chain.table)} ${shellQuote(chain.name)}`;
      const accept = `${v6 ? 'ip6' : 'ip'} saddr ${from} tcp dport ${syn.port} accept`;
      return [
        rule?.handle === undefined
          ? `nft add rule ${place} ${accept}`
          : `nft insert rule ${place} position ${rule.handle} ${accept}`,
      ];
    }
    default:
      return [];
  }
}
