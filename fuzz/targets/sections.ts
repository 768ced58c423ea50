import { firewall } from '../../src/facts/firewall/index.ts';
import { ownWords } from '../../src/facts/firewall/words.ts';
import { sectionTarget } from '../look.ts';
import type { Target } from '../target.ts';

const absent = { status: 'absent', text: '' } as const;
const ok = (text: string) => ({ status: 'ok', text }) as const;

/** An input of several files: what follows a line of `%%` is the next one. */
const parts = (text: string): string[] => text.split('\n%%\n');

/** sshd_config, and what its Include reads; the release stays that of the host. */
const config = sectionTarget('sshd-config', /^file:\/etc\/ssh\/sshd_config$/, {
  words: [
    '\n%%\n',
    'Include /etc/ssh/sshd_config.d/*.conf',
    'Include /etc/ssh/sshd_config',
    '\nMatch ',
    'User alice',
    'Address ',
    'all\n',
    'LocalPort 22',
  ],
  lay: (text) => {
    const [main = '', first, second] = parts(text);
    return {
      'file:/etc/ssh/sshd_config': ok(main),
      'file:/etc/ssh/sshd_config.d/10-a.conf': first === undefined ? absent : ok(first),
      'file:/etc/ssh/sshd_config.d/20-b.conf': second === undefined ? absent : ok(second),
    };
  },
});

/** What nft lists for programs; for people it lists the same. */
const nft = sectionTarget('nft-json', /^nft-json$/, {
  facts: [firewall],
  words: ['{"rule":', '"expr":[', '"match":', '"jump":', '"vmap":', '"set":', '"elem":', '"concat":'],
});

export const SECTIONS: readonly Target[] = [
  config,
  sectionTarget('sshd-test', /^sshd-test$/),
  sectionTarget('authorized-keys', /^file:\/home\/alice\/\.ssh\/authorized_keys$/, {
    words: [
      'from="',
      'command="',
      'restrict,',
      'cert-authority',
      'expiry-time="20270101"',
      'principals="',
      'ssh-ed25519',
      'environment="A=b"',
    ],
  }),
  nft,
  sectionTarget('nft-text', /^nft$/, { facts: [firewall] }),
  sectionTarget('iptables', /^iptables$/, {
    facts: [firewall],
    words: [
      '-m set --match-set',
      '-m recent',
      '-m conntrack --ctstate',
      '-m time --timestart',
      '! -s',
      '--dports',
      '-g',
    ],
  }),
  sectionTarget('ip6tables', /^ip6tables$/, { facts: [firewall] }),
  sectionTarget('ipset', /^ipset$/, {
    facts: [firewall],
    words: [
      'create a hash:net',
      'create a hash:ip,port',
      'create a list:set',
      'add a 10.0.0.0/8',
      'nomatch',
      'timeout 5',
      'bitmap:port',
      'netmask 24',
    ],
  }),
  sectionTarget('ufw', /^file:\/etc\/ufw\/user6?\.rules$/, { facts: Object.values(ownWords) }),
  sectionTarget('firewalld', /^firewalld$/, { facts: Object.values(ownWords) }),
  sectionTarget('hosts-allow-deny', /^file:\/etc\/hosts\.(?:allow|deny)$/, {
    words: ['sshd: ALL', 'EXCEPT', 'spawn', 'twist', '@netgroup', '[fd77::]/64', 'ALL: /etc/x'],
  }),
  sectionTarget('pam-stack', /^file:\/etc\/pam\.d\/(?:sshd|common-\w+)$/, {
    words: ['@include', 'substack', '[success=1 default=ignore]', '[default=die]', 'pam_access.so', 'pam_listfile.so'],
  }),
  sectionTarget('pam-access', /^file:\/etc\/security\/access\.conf$/, {
    words: ['+:ALL:ALL', '-:ALL EXCEPT (wheel):LOCAL', '10.77.2.0/24'],
  }),
  sectionTarget('pam-time', /^file:\/etc\/security\/time\.conf$/, {
    words: ['sshd;*;alice;!Al0000-2400', 'MoTuWk', '|', '&'],
  }),
  sectionTarget('pam-limits', /^file:\/etc\/security\/limits\.conf$/, {
    words: ['maxlogins', '@staff', '- nproc 0', '%group', '1000:2000'],
  }),
  sectionTarget('pam-faillock', /^(?:faillock|file:\/etc\/security\/faillock\.conf)$/, {
    words: ['deny = 3', 'even_deny_root', 'RHOST', 'V', 'unlock_time = never'],
  }),
  sectionTarget('fail2ban', /^fail2ban$/, { words: ['Banned IP list:', '== jail', 'Currently banned:'] }),
  sectionTarget('log-of-sshd', /^log-sshd$/),
  sectionTarget('log-of-units', /^log-units$/),
  sectionTarget('log-of-kernel', /^log-kernel$/),
  sectionTarget('log-of-bans', /^log-(?:bans|fail2ban)$/),
  sectionTarget('log-of-audit', /^log-audit$/, {
    seeds: [
      'type=AVC msg=audit(1764000000.123:45): avc:  denied  { name_bind } for  pid=812 comm="sshd" src=2222 scontext=system_u:system_r:sshd_t:s0 tcontext=system_u:object_r:port_t:s0 tclass=tcp_socket permissive=0',
    ],
  }),
  sectionTarget('ssh-vvv', /^attempt$/),
  sectionTarget('ssh-g', /^ssh-config$/),
  sectionTarget('dns-section', /^dns$/),
  sectionTarget('tcp-section', /^tcp$/),
  sectionTarget('kexinit-section', /^kexinit$/),
  sectionTarget('identities-section', /^identities$/),
  sectionTarget('known-hosts-section', /^known-hosts$/),
  sectionTarget('network-section', /^network$/),
  sectionTarget('path-section', /^path$/),
  sectionTarget('route-section', /^route$/),
  sectionTarget('ip-addresses', /^addresses$/, { facts: [firewall] }),
  sectionTarget('ip-routes', /^(?:routes|route-to-client)$/, { facts: [firewall] }),
  sectionTarget('ss-listeners', /^listeners$/),
  sectionTarget('ss-connections', /^connections$/),
  sectionTarget('accounts', /^accounts$/),
  sectionTarget('groups', /^groups$/),
  sectionTarget('shadow', /^shadow$/),
  sectionTarget('units', /^units$/),
  sectionTarget('processes', /^processes$/),
  sectionTarget('proc-mounts', /^mounts$/),
  sectionTarget('proc-sysctl', /^sysctl$/),
  sectionTarget('proc-limits', /^limits$/),
  sectionTarget('proc-load', /^(?:load|memory|pressure|nstat)$/),
  sectionTarget('disk', /^(?:disk|inodes)$/),
  sectionTarget('paths', /^paths$/),
  sectionTarget('hostkeys', /^hostkeys$/),
  sectionTarget('sshd-binary', /^sshd-binary$/),
  sectionTarget('system-state', /^(?:system-state|os|security|meta|clock)$/),
];
