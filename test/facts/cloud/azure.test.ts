import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freePriority } from '../../../src/facts/cloud/azure/allow.ts';
import { azureGiven } from '../../../src/facts/cloud/azure/index.ts';
import { judgeAzure } from '../../../src/facts/cloud/azure/judge.ts';
import {
  ADDRESSES,
  anAddress,
  aPort,
  aRange,
  aSpan,
  callFrom,
  callFromAnybody,
  itemsOf,
  RUNS,
  within,
} from './world.ts';

const ID = '/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network';
const SUBNET = `${ID}/virtualNetworks/v/subnets/default`;

const aRule = fc.record({
  priority: fc.integer({ min: 100, max: 140 }),
  access: fc.constantFrom('Allow', 'Deny'),
  protocol: fc.constantFrom('Tcp', 'tcp', '*', 'Udp'),
  source: fc.oneof(aRange, fc.constantFrom('*', 'Internet', 'AzureLoadBalancer')),
  more: fc.array(aRange, { maxLength: 2 }),
  span: aSpan,
  to: fc.constantFrom('*', 'VirtualNetwork', '10.0.0.200', '10.0.0.0/24', '10.0.9.0/24'),
  inbound: fc.boolean(),
});
type Rule = typeof aRule extends fc.Arbitrary<infer T> ? T : never;
const someRules = fc.uniqueArray(aRule, {
  maxLength: 6,
  selector: ({ priority, inbound }) => `${priority} ${inbound}`,
});

/** A rule as `az` prints it: one value or a list of them. */
const written = ({ priority, access, protocol, source, more, span: [low, high], to, inbound }: Rule) => ({
  name: `r${priority}`,
  priority,
  access,
  protocol,
  direction: inbound ? 'Inbound' : 'Outbound',
  sourcePortRange: '*',
  sourceAddressPrefix: more.length > 0 ? '' : source,
  sourceAddressPrefixes: more.length > 0 ? [source, ...more] : [],
  destinationAddressPrefix: to,
  destinationPortRange: low === high ? `${low}` : null,
  destinationPortRanges: low === high ? [] : [`${low}-${high}`],
});

const group = (name: string, rules: readonly Rule[], at: object, nested: boolean) => {
  const members = {
    securityRules: rules.map((rule) =>
      nested ? { name: `r${rule.priority}`, properties: written(rule) } : written(rule),
    ),
    ...at,
  };
  return { id: `${ID}/networkSecurityGroups/${name}`, name, ...(nested ? { properties: members } : members) };
};

const nic = (own?: string) => ({
  id: `${ID}/networkInterfaces/n`,
  ipConfigurations: [{ privateIPAddress: '10.0.0.200', subnet: { id: SUBNET } }],
  ...(own === undefined ? {} : { networkSecurityGroup: { id: `${ID}/NETWORKSECURITYGROUPS/${own}` } }),
});

const isInside = (address: string): boolean => address.startsWith('10.');

/** One group by the documentation; undefined only where the tag VirtualNetwork of rule 65000 would have to be known. */
function groupLetsIn(rules: readonly Rule[], address: string, port: number): boolean | undefined {
  const sorted = rules.filter(({ inbound }) => inbound).sort((a, b) => a.priority - b.priority);
  const first = sorted.find(
    ({ protocol, source, more, span: [low, high], to }) =>
      protocol !== 'Udp' &&
      low <= port &&
      port <= high &&
      to !== '10.0.9.0/24' &&
      [source, ...more].some((each) =>
        each === '*'
          ? true
          : each === 'Internet'
            ? !isInside(address)
            : each.includes('.')
              ? within(address, each)
              : false,
      ),
  );
  return first ? first.access === 'Allow' : isInside(address) ? undefined : false;
}

describe('network security groups of Azure', () => {
  it('of subnet and interface do what a plain reading of the documentation says', () => {
    fc.assert(
      fc.property(
        someRules,
        someRules,
        fc.boolean(),
        fc.boolean(),
        anAddress,
        aPort,
        (ofSubnet, ofNic, two, nested, address, port) => {
          const groups = [
            group('a', ofSubnet, { subnets: [{ id: SUBNET.toUpperCase() }] }, nested),
            ...(two ? [group('b', ofNic, { networkInterfaces: [{ id: nic().id }] }, nested)] : []),
          ];
          const given = azureGiven(
            [undefined, itemsOf('azure-nsgs', groups)],
            { nics: itemsOf('azure-nics', nic(two ? 'b' : undefined)) },
            ['10.0.0.200'],
          );
          const both = (from: string) => [
            groupLetsIn(ofSubnet, from, port),
            ...(two ? [groupLetsIn(ofNic, from, port)] : []),
          ];
          const judged = judgeAzure(given, callFrom(address, port));
          const all = both(address);
          expect(judged.pass).toBe(all.includes(false) ? 'closed' : all.includes(undefined) ? 'unknown' : 'open');
          const anybody = judgeAzure(given, callFromAnybody(port)).pass;
          if (anybody !== 'unknown')
            for (const each of ADDRESSES)
              expect([undefined, anybody === 'open', ...(anybody === 'closed' ? [false] : [])]).toContain(
                both(each).includes(false) ? false : both(each).includes(undefined) ? undefined : true,
              );
          for (const { priority, taken } of judged.closed) {
            const free = freePriority(priority, taken);
            expect(free === undefined || (free < priority && !taken.includes(free))).toBe(true);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  const rule = (over: Partial<Rule>): Rule => ({
    priority: 300,
    access: 'Allow',
    protocol: 'Tcp',
    source: '*',
    more: [],
    span: [22, 22],
    to: '*',
    inbound: true,
    ...over,
  });
  const judge = (groups: object[], helps: Parameters<typeof azureGiven>[1] = {}, address = '198.51.100.1') =>
    judgeAzure(azureGiven([undefined, itemsOf('azure-nsgs', groups)], helps, ['10.0.0.200']), callFrom(address, 22));

  it('without the interface say only what all of them say', () => {
    const [open, shut] = [group('a', [rule({})], {}, false), group('b', [], {}, false)];
    expect(judge([open]).pass).toBe('open');
    expect(judge([shut])).toMatchObject({ pass: 'closed', closed: [{ by: 'group', priority: 65500 }] });
    expect(judge([open, shut]).pass).toBe('unknown');
  });

  it('are unknown where the group of the subnet is not there', () => {
    const nics = itemsOf('azure-nics', nic('a'));
    const groups = [group('a', [rule({})], {}, false)];
    expect(judge(groups, { nics })).toMatchObject({ pass: 'unknown', lacks: [expect.stringContaining('default')] });
    const subnets = itemsOf('azure-subnets', { id: SUBNET, addressPrefix: '10.0.0.0/24', networkSecurityGroup: null });
    expect(judge(groups, { nics, subnets }).pass).toBe('open');
  });

  it('leave service tags and application groups open that are not expanded', () => {
    const tagged = [group('a', [rule({ source: 'Storage.WestEurope' })], {}, false)];
    expect(judge(tagged).pass).toBe('unknown');
    const application = {
      ...group('a', [], {}, false),
      securityRules: [
        { ...written(rule({})), sourceAddressPrefix: '', sourceApplicationSecurityGroups: [{ id: 'x' }] },
      ],
    };
    expect(judge([application], {}, '10.0.0.7').pass).toBe('unknown');
    expect(judge([application], {}, '198.51.100.1').pass).toBe('closed');
    const aimed = {
      ...group('a', [], {}, false),
      securityRules: [
        { ...written(rule({})), destinationAddressPrefix: '', destinationApplicationSecurityGroups: [{ id: 'x' }] },
      ],
    };
    expect(judge([aimed]).pass).toBe('unknown');
    expect(
      judge([aimed], {
        nics: itemsOf('azure-nics', nic('a')),
        subnets: itemsOf('azure-subnets', { id: SUBNET, addressPrefix: '10.0.0.0/24' }),
      }).pass,
    ).toBe('closed');
  });

  it('may be overruled by the network manager, either way', () => {
    const admin = (access: string, source = '198.51.100.0/24') =>
      itemsOf('azure-admin-rules', {
        value: [
          {
            id: 'x',
            kind: 'Custom',
            access,
            direction: 'Inbound',
            priority: 10,
            protocol: 'Tcp',
            sources: [{ addressPrefix: source, addressPrefixType: 'IPPrefix' }],
            destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
            sourcePortRanges: ['0-65535'],
            destinationPortRanges: ['22'],
          },
        ],
      });
    const [open, shut] = [[group('a', [rule({})], {}, false)], [group('a', [], {}, false)]];
    expect(judge(open, { adminRules: admin('Deny') })).toMatchObject({
      pass: 'closed',
      closed: [{ by: 'administrator' }],
    });
    expect(judge(shut, { adminRules: admin('AlwaysAllow') }).pass).toBe('open');
    expect(judge(shut, { adminRules: admin('Allow') }).pass).toBe('closed');
    expect(judge(shut, { adminRules: admin('AlwaysAllow', 'SomeTag') }).pass).toBe('unknown');
    expect(judge(open, { adminRules: admin('Deny', '192.0.2.0/24') }).pass).toBe('open');
  });

  it('are taken with their tags expanded from what is in force', () => {
    const file = path.join(import.meta.dirname, '../../fixtures/cloud/azure/effective.json');
    const effective = itemsOf('azure-effective', JSON.parse(readFileSync(file, 'utf8')));
    const from = (address: string) =>
      judgeAzure(azureGiven([effective, undefined], {}, []), callFrom(address, 22)).pass;
    expect(from('203.0.113.7')).toBe('open');
    expect(from('10.1.2.3')).toBe('open');
    expect(from('10.2.2.3')).toBe('closed');
    expect(from('198.51.100.1')).toBe('closed');
  });
});
