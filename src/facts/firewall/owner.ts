import type { Decision } from './journey.ts';

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
