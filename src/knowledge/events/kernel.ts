import { rows } from './event.ts';

const PACKET = 'IN={value} OUT={value} {fields}SRC={from} DST={to} {fields}PROTO=TCP SPT={n} DPT={port}{x}';

/** Lines of the kernel: LOG of iptables and nft (nf_log_syslog.c; the prefix is the administrator's), memory, conntrack. */
export const kernel = rows('kernel', [
  {
    id: 'kernel/ufw-block',
    says: `[UFW <<BLOCK|LIMIT BLOCK>>] ${PACKET}`,
    outcome: 'drop',
    gate: 'firewall',
    meaning: 'ufw dropped the packet.',
    causes: ['firewall/host-drop', 'firewall/rate-limit'],
    advice: '`ufw status numbered`; for the port of sshd `ufw allow PORT/tcp`.',
  },
  {
    id: 'kernel/ufw-allow',
    says: `[UFW <<ALLOW|AUDIT|AUDIT INVALID>>] ${PACKET}`,
    outcome: 'pass',
    gate: 'firewall',
    meaning: 'ufw wrote the packet down and did not drop it here.',
  },
  {
    id: 'kernel/dropped',
    says: `{label}<<DROP|drop|Drop|BLOCK|block|DENY|deny|Deny>>{label}${PACKET}`,
    outcome: 'drop',
    gate: 'firewall',
    meaning: 'By its prefix, a rule of the firewall dropped the packet.',
    causes: ['firewall/host-drop'],
    advice: 'sshwhy server --from ADDRESS names the rule.',
  },
  {
    id: 'kernel/rejected',
    says: `{label}<<REJECT|reject|Reject>>{label}${PACKET}`,
    outcome: 'drop',
    gate: 'firewall',
    meaning: 'By its prefix, a rule of the firewall rejected the packet.',
    causes: ['firewall/host-reject'],
    advice: 'sshwhy server --from ADDRESS names the rule.',
  },
  {
    id: 'kernel/logged',
    says: `{label}${PACKET}`,
    outcome: 'pass',
    gate: 'firewall',
    meaning: 'A rule of the firewall wrote the packet down; its prefix does not say what became of it.',
    causes: ['firewall/host-drop'],
    advice: 'sshwhy server --from ADDRESS shows the way of the packet.',
  },
  {
    id: 'kernel/conntrack-full',
    says: '<<nf_conntrack|ip_conntrack>>: [[nf_conntrack: ]]table full, dropping packet[[.]]',
    outcome: 'drop',
    gate: 'firewall',
    meaning: 'The table of connections is full; new ones are dropped.',
    causes: ['firewall/conntrack-full'],
    advice: '`sysctl net.netfilter.nf_conntrack_max` and who fills it.',
  },
  {
    id: 'kernel/oom',
    says: '<<Out of memory: |oom-kill:|Memory cgroup out of memory: >>{detail}',
    outcome: 'fault',
    gate: 'host',
    meaning: 'There was no memory left, and the kernel killed a process.',
    causes: ['host/out-of-memory'],
  },
  {
    id: 'kernel/syn-flood',
    says: '<<TCP: |>>request_sock_TCP: Possible SYN flooding on port {detail}',
    outcome: 'fault',
    gate: 'network',
    meaning: 'More connections begin than the port takes.',
    causes: ['daemon/wedged', 'admission/max-startups'],
  },
]);
