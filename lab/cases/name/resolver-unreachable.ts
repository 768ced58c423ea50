import type { LabCase } from '../../case.ts';
import { dnsmasq, resolvConf } from '../../scripts.ts';

const base = {
  id: 'name/resolver-unreachable',
  suites: ['bookworm'],
  fails: /Could not resolve hostname/,
  client: { verdict: 'confirmed', gates: { name: 'closed' } },
  joined: { verdict: 'confirmed', gates: { name: 'closed' } },
  unasked: 'the server has no part in it',
} as const;

export const cases: readonly LabCase[] = [
  {
    ...base,
    variant: 'silent',
    breakClient: resolvConf('nameserver 10.77.2.99', 'nameserver 10.77.2.98', 'options timeout:1 attempts:1'),
  },
  { ...base, variant: 'closed port', breakClient: resolvConf('nameserver 127.0.1.9') },
  {
    ...base,
    variant: 'dead one first',
    breakClient: `${dnsmasq('127.0.1.1', 'host-record=web1,10.77.2.20')}
      ${resolvConf('nameserver 10.77.2.99', 'nameserver 127.0.1.1', 'options timeout:3')}`,
    fails: /^/,
    loginWorks: true,
    client: { verdict: 'confirmed', gates: { name: 'degraded' } },
    joined: { verdict: 'confirmed', gates: { name: 'degraded' } },
  },
];
