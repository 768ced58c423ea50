import { dnsmasq, resolvConf } from '../scripts.ts';
import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'could-not-resolve-hostname',
  title: 'Could not resolve hostname: Name or service not known, Temporary failure in name resolution',
  suite: 'bookworm',
  prepare: async ({ client }) => {
    await client.run(`${dnsmasq('127.0.1.1', 'host-record=web1.corp.example,10.77.2.20')}
      ${resolvConf('nameserver 127.0.1.1', 'search lab.example lan')}
      sed -i 's/^web1[ ,]/web1.corp.example,&/' /root/.ssh/known_hosts`);
  },
  told: symptom({
    says: 'Your own machine did not find an address for the name. “Name or service not known”: whoever was asked says that there is no such name. “Temporary failure in name resolution”: nobody answered. No packet has gone to the server. The gate is `name`.',
    works: 'ssh and its configuration could be read. Nothing else is proven: the server may be well or not.',
    causes: [
      [
        'name/unresolvable',
        'the name is misspelt, lacks its domain, or is known only to another nameserver (that of the office or the VPN).',
      ],
      ['name/resolver-unreachable', 'the nameservers in `/etc/resolv.conf` do not answer.'],
      ['client/alias-surprise', 'a Host or Match block of your `~/.ssh/config` made another name of what you typed.'],
      [
        'client/jump-host-failed',
        'it is the name of the jump host, or the jump host is the one that does not know the name ([jump hosts](jump-hosts.md)).',
      ],
      ['network/vpn-required', 'the name exists only inside, and the VPN is not connected ([VPNs](vpn.md)).'],
    ],
    command: 'sshwhy alice@web1',
    hint: 'Each nameserver is asked by itself, with each search domain, as the C library does it; names in your own files that differ by a letter are told.',
    example: [
      'It worked in the office:',
      { on: 'client', type: 'ssh alice@web1', shows: /Could not resolve hostname/ },
      { on: 'client', type: 'sshwhy alice@web1', shows: /confirmed · name\/unresolvable/ },
      'The nameserver answers, and was asked for the name in domains in which it is not. With its full name:',
      { on: 'client', type: 'ssh alice@web1.corp.example echo in', shows: /^in$/ },
      'For good, in `~/.ssh/config`, so that the short name works wherever you are:',
      {
        on: 'client',
        type: "printf 'Host web1\\n  HostName web1.corp.example\\n' >>~/.ssh/config",
        shows: /^$/,
      },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
    ],
    console: {
      tells:
        'The fault is on the client. What the console of the server gives you is its address, with which you can go on meanwhile (`ssh -o HostKeyAlias=web1 alice@ADDRESS` keeps the check of its host key):',
      type: 'ip -br addr',
    },
  }),
};
