import type { LabCase } from '../../case.ts';
import { dnsmasq, resolvConf } from '../../scripts.ts';

const base = {
  id: 'name/stale-address',
  suites: ['bookworm'],
  fails: /No route to host|Connection refused/,
  client: { verdict: 'likely', gates: { name: 'closed' } },
  joined: { verdict: 'confirmed', gates: { name: 'closed' } },
  unasked: 'the server does not see what the client makes of its name',
} as const;

const HERE = 'host-record=web1,10.77.2.20';
const GONE = 'host-record=web1,10.77.2.99';

/** The known_hosts of the lab knows the key by the server's addresses too. */
const NAME_ALONE = `sed -i 's/^\\(web1\\),[^ ]*/\\1/; /^[[0-9]/d' /root/.ssh/known_hosts`;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'hosts file',
    breakClient: `${dnsmasq('127.0.1.1', HERE)}
      ${resolvConf('nameserver 127.0.1.1')}
      echo '10.77.2.99 web1' >>/etc/hosts`,
  },
  {
    ...base,
    variant: 'hosts file leads to this machine',
    breakClient: `${dnsmasq('127.0.1.1', HERE)}
      ${resolvConf('nameserver 127.0.1.1')}
      echo '127.0.1.1 web1' >>/etc/hosts`,
  },
  {
    ...base,
    variant: 'split horizon',
    breakClient: `${dnsmasq('127.0.1.1', GONE)}
      ${dnsmasq('127.0.1.2', HERE)}
      ${resolvConf('nameserver 127.0.1.1', 'nameserver 127.0.1.2')}`,
  },
  {
    ...base,
    variant: 'key known at another address',
    breakClient: `${dnsmasq('127.0.1.1', GONE)}
      ${resolvConf('nameserver 127.0.1.1')}`,
  },
  {
    ...base,
    variant: 'stale record',
    breakClient: `${dnsmasq('127.0.1.1', GONE)}
      ${resolvConf('nameserver 127.0.1.1')}
      ${NAME_ALONE}`,
    client: { first: 'network/host-down', verdict: 'confirmed' },
    joined: { verdict: 'likely', gates: { name: 'closed' } },
  },
  {
    ...base,
    variant: 'captive portal',
    breakClient: `${dnsmasq('127.0.1.1', 'address=/#/10.77.2.99')}
      ${resolvConf('nameserver 127.0.1.1')}
      ${NAME_ALONE}`,
    joined: { verdict: 'likely', gates: { name: 'closed' } },
  },
];
