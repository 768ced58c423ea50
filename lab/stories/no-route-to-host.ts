import type { Story } from '../story.ts';
import { symptom } from '../symptom.ts';

export const story: Story = {
  name: 'no-route-to-host',
  title: 'connect to host … port 22: No route to host',
  suite: 'bookworm',
  breakServer: 'iptables -A INPUT -p tcp -m tcp --dport 22 -j REJECT --reject-with icmp-host-prohibited',
  told: symptom({
    says: 'Somebody said that there is no way to the host. Who said it decides: your own kernel (nobody on this link answers for that address, or a route says `unreachable`), a router on the way, or a firewall that words its refusal so. firewalld and the rules of older Red Hat systems do: a machine that is up and has no rule for SSH says “No route to host”. The gates are `network` and `firewall`.',
    works: 'ssh and its configuration, and the name: it has an address. Whether that is the right one is not proven.',
    causes: [
      ['firewall/host-reject', 'a firewall on the server refuses the port with an ICMP message. `ping` works.'],
      ['network/host-down', 'nobody has that address: the machine is off, or has another address now.'],
      ['name/stale-address', 'the name leads to an address at which the server used to be.'],
      ['network/vpn-required', 'the address is private, and its VPN is not connected ([VPNs](vpn.md)).'],
      ['network/no-route', 'a route or rule of this machine itself, or its gateway does not answer.'],
    ],
    command: 'sshwhy alice@web1',
    example: [
      'The server is up, and ssh says that there is no route to it:',
      { on: 'client', type: 'ssh alice@web1', shows: /No route to host/ },
      { on: 'client', type: 'sshwhy alice@web1', shows: /firewall|network/ },
      'The route is there. Through the console, with the rules of the server beside what came back:',
      {
        on: 'client',
        type: "sshwhy alice@web1 --on 'exec:console web1'",
        shows: /confirmed · firewall\/host-reject/,
      },
      'The port is let in before the rule that refuses it:',
      { on: 'server', type: 'iptables -I INPUT -p tcp --dport 22 -j ACCEPT', shows: /^$/ },
      { on: 'client', type: 'ssh alice@web1 echo in', shows: /^in$/ },
      'That lasts until the next boot; [what will be after a reboot](maintenance.md).',
    ],
    console: {
      tells:
        'If there is a console, the machine is up. Does it have the address, is the link up, and what do its rules say?',
      type: "ip -br addr; ip route\nnft list ruleset | grep -nE 'reject|dport (22|ssh)'\niptables -S INPUT\nfirewall-cmd --list-all    # where firewalld runs",
    },
  }),
};
