import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAcls } from '../../../src/facts/cloud/aws/acl.ts';
import { freeNumber } from '../../../src/facts/cloud/aws/allow.ts';
import { judgeGroups } from '../../../src/facts/cloud/aws/groups.ts';
import { aclsGiven, groupsGiven } from '../../../src/facts/cloud/aws/index.ts';
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

const instance = (groups: readonly string[], address = '10.0.0.200', extra: object[] = []) => ({
  Reservations: [
    {
      Instances: [
        {
          InstanceId: 'i-0000000000000000a',
          State: { Name: 'running' },
          NetworkInterfaces: [
            {
              NetworkInterfaceId: 'eni-0000000000000000a',
              SubnetId: 'subnet-0000000000000000a',
              Groups: groups.map((GroupId) => ({ GroupId })),
              PrivateIpAddresses: [{ PrivateIpAddress: address, Association: { PublicIp: '198.51.100.200' } }],
            },
            ...extra,
          ],
        },
      ],
    },
  ],
});

const aPermission = fc.record(
  {
    protocol: fc.constantFrom('tcp', '6', 'udp', '-1', 'icmp'),
    span: aSpan,
    ranges: fc.array(aRange, { maxLength: 3 }),
    lists: fc.array(fc.constantFrom('pl-0000000000000000a', 'pl-0000000000000000b'), { maxLength: 1 }),
    peers: fc.array(fc.constantFrom('sg-0000000000000000a', 'sg-0000000000000000b'), { maxLength: 1 }),
  },
  { requiredKeys: ['protocol', 'span', 'ranges', 'lists', 'peers'] },
);
type Permission = typeof aPermission extends fc.Arbitrary<infer T> ? T : never;
const aGroup = fc.array(aPermission, { maxLength: 4 });
const GROUPS = ['sg-0000000000000000a', 'sg-0000000000000000b', 'sg-0000000000000000c'];

const asGroups = (all: readonly (readonly Permission[])[]) => ({
  SecurityGroups: all.map((permissions, i) => ({
    GroupId: GROUPS[i],
    GroupName: `g${i}`,
    IpPermissions: permissions.map(({ protocol, span: [FromPort, ToPort], ranges, lists, peers }) => ({
      IpProtocol: protocol,
      ...(protocol === '-1' ? {} : { FromPort, ToPort }),
      IpRanges: ranges.map((CidrIp) => ({ CidrIp })),
      Ipv6Ranges: [{ CidrIpv6: '::/0' }],
      PrefixListIds: lists.map((PrefixListId) => ({ PrefixListId })),
      UserIdGroupPairs: peers.map((GroupId) => ({ GroupId })),
    })),
  })),
});

/** Who is in which group: the odd addresses inside are in the first, the even ones in the second. */
const membersOf = (group: string): string[] =>
  ADDRESSES.filter(
    (address) => address.startsWith('10.') && Number(address.at(-1)) % 2 === (group === GROUPS[0] ? 1 : 0),
  );
const peers = {
  NetworkInterfaces: ADDRESSES.filter((address) => address.startsWith('10.')).map((address, i) => ({
    NetworkInterfaceId: `eni-${i}`,
    Groups: [{ GroupId: GROUPS.find((group) => membersOf(group).includes(address)) }],
    PrivateIpAddress: address,
  })),
};
const LISTS: Record<string, string[]> = {
  'pl-0000000000000000a': ['198.51.100.0/30'],
  'pl-0000000000000000b': ['10.0.0.8/29'],
};
const lists = {
  PrefixLists: Object.entries(LISTS).map(([PrefixListId, cidrs]) => ({
    PrefixListId,
    Entries: cidrs.map((Cidr) => ({ Cidr })),
  })),
};

/** The User Guide in a few lines: any rule of any group that fits lets it in. */
const letsIn = (
  all: readonly (readonly Permission[])[],
  used: readonly number[],
  address: string,
  port: number,
): boolean =>
  used.some((i) =>
    (all[i] ?? []).some(
      ({ protocol, span: [low, high], ranges, lists: named, peers: groups }) =>
        (protocol === '-1' || ((protocol === 'tcp' || protocol === '6') && low <= port && port <= high)) &&
        (ranges.some((range) => within(address, range)) ||
          named.some((list) => (LISTS[list] ?? []).some((range) => within(address, range))) ||
          groups.some((group) => membersOf(group).includes(address))),
    ),
  );

describe('security groups of AWS', () => {
  it('do what a plain reading of the documentation says, whatever the rules', () => {
    fc.assert(
      fc.property(
        fc.array(aGroup, { minLength: 1, maxLength: 3 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
        anAddress,
        aPort,
        (all, some, address, port) => {
          const used = some.filter((i) => i < all.length);
          fc.pre(used.length > 0);
          const helps = {
            instances: itemsOf('aws-instances', instance(used.map((i) => GROUPS[i] ?? ''))),
            interfaces: itemsOf('aws-network-interfaces', peers),
            lists: itemsOf('aws-prefix-lists', lists),
          };
          const given = groupsGiven(itemsOf('aws-security-groups', asGroups(all)), helps, ['10.0.0.200']);
          expect(judgeGroups(given, callFrom(address, port)).pass).toBe(
            letsIn(all, used, address, port) ? 'open' : 'closed',
          );
          // Of somebody unknown only what holds for everybody is said.
          const anybody = judgeGroups(given, callFromAnybody(port)).pass;
          if (anybody !== 'unknown')
            for (const each of ADDRESSES) expect(letsIn(all, used, each, port) ? 'open' : 'closed').toBe(anybody);
        },
      ),
      { numRuns: RUNS },
    );
  });

  const group = (id: string, ...permissions: object[]) => ({ GroupId: id, GroupName: id, IpPermissions: permissions });
  const allow = (CidrIp: string) => ({ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] });
  const judge = (groups: object[], helps: Parameters<typeof groupsGiven>[1] = {}, address = '198.51.100.1') =>
    judgeGroups(
      groupsGiven(itemsOf('aws-security-groups', { SecurityGroups: groups }), helps, ['10.0.0.200']),
      callFrom(address, 22),
    );

  it('without the instance say only what all of them say', () => {
    expect(judge([group('sg-a', allow('0.0.0.0/0')), group('sg-b')]).pass).toBe('unknown');
    expect(judge([group('sg-a'), group('sg-b')]).pass).toBe('closed');
    expect(judge([group('sg-a', allow('0.0.0.0/0')), group('sg-b', allow('198.51.100.0/24'))]).pass).toBe('open');
    expect(judge([]).pass).toBe('unknown');
  });

  it('are unknown where a group of the instance is not there, unless another one lets it in', () => {
    const instances = itemsOf('aws-instances', instance(['sg-a', 'sg-missing']));
    expect(judge([group('sg-a')], { instances })).toMatchObject({
      pass: 'unknown',
      lacks: [expect.stringContaining('sg-missing')],
    });
    expect(judge([group('sg-a', allow('198.51.100.1/32'))], { instances }).pass).toBe('open');
  });

  it('are unknown where several interfaces differ and none was dialled', () => {
    const other = { NetworkInterfaceId: 'eni-b', Groups: [{ GroupId: 'sg-b' }], PrivateIpAddress: '10.0.0.201' };
    const instances = itemsOf('aws-instances', instance(['sg-a'], '10.0.0.199', [other]));
    const groups = [group('sg-a', allow('0.0.0.0/0')), group('sg-b')];
    expect(judge(groups, { instances }).pass).toBe('unknown');
    expect(judge(groups, { instances: itemsOf('aws-instances', instance(['sg-a'], '10.0.0.200', [other])) }).pass).toBe(
      'open',
    );
  });

  it('name the prefix list whose entries are missing, and take entries without a name for the only list there is', () => {
    const groups = [
      group('sg-a', { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, PrefixListIds: [{ PrefixListId: 'pl-1' }] }),
    ];
    const instances = itemsOf('aws-instances', instance(['sg-a']));
    expect(judge(groups, { instances })).toMatchObject({ pass: 'unknown', lacks: [expect.stringContaining('pl-1')] });
    const entries = itemsOf('aws-prefix-lists', { Entries: [{ Cidr: '198.51.100.0/24', Description: 'office' }] });
    expect(judge(groups, { instances, lists: entries }).pass).toBe('open');
    expect(judge(groups, { instances, lists: entries }, '192.0.2.1').pass).toBe('closed');
  });

  it('match IPv6 by IPv6 ranges only', () => {
    const groups = [
      group('sg-a', {
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
      }),
    ];
    const instances = itemsOf('aws-instances', instance(['sg-a']));
    const from = (address: string) => judge(groups, { instances }, address).pass;
    expect(from('2001:db8:1::5')).toBe('open');
    expect(from('2001:db9::5')).toBe('closed');
  });

  it('do not take somebody from the internet for a member of a group', () => {
    const groups = [group('sg-a', { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-b' }] })];
    const instances = itemsOf('aws-instances', instance(['sg-a']));
    expect(judge(groups, { instances }, '198.51.100.1').pass).toBe('closed');
    expect(judge(groups, { instances }, '10.9.9.9')).toMatchObject({
      pass: 'unknown',
      lacks: [expect.stringContaining('sg-b')],
    });
  });
});

const anEntry = fc.record({
  egress: fc.boolean(),
  protocol: fc.constantFrom('-1', '6', '17'),
  range: aRange,
  span: fc.oneof(
    aSpan,
    fc.constantFrom([1024, 65535] as const, [0, 65535] as const, [32768, 60999] as const, [1024, 40000] as const),
  ),
  action: fc.constantFrom('allow', 'deny'),
  number: fc.integer({ min: 1, max: 60 }),
});
type Entry = typeof anEntry extends fc.Arbitrary<infer T> ? T : never;

const asAcl = (entries: readonly Entry[]) => ({
  NetworkAcls: [
    {
      NetworkAclId: 'acl-a',
      Associations: [{ SubnetId: 'subnet-0000000000000000a' }],
      Entries: [
        ...entries.map(({ egress, protocol, range, span: [From, To], action, number }) => ({
          RuleNumber: number,
          Egress: egress,
          Protocol: protocol,
          CidrBlock: range,
          RuleAction: action,
          ...(protocol === '-1' ? {} : { PortRange: { From, To } }),
        })),
        { RuleNumber: 32767, Egress: true, Protocol: '-1', CidrBlock: '0.0.0.0/0', RuleAction: 'deny' },
        { RuleNumber: 32767, Egress: false, Protocol: '-1', CidrBlock: '0.0.0.0/0', RuleAction: 'deny' },
      ],
    },
  ],
});

/** One packet through one direction, port by port. */
function passes(entries: readonly Entry[], egress: boolean, address: string, port: number): boolean {
  const sorted = entries.filter((entry) => entry.egress === egress).sort((a, b) => a.number - b.number);
  const first = sorted.find(
    ({ protocol, range, span: [low, high] }) =>
      within(address, range) && (protocol === '-1' || (protocol === '6' && low <= port && port <= high)),
  );
  return first?.action === 'allow';
}

describe('network ACLs of AWS', () => {
  // The random ranges begin and end at these, so that they stand for all ports that a client may have.
  const EPHEMERAL = [1024, 1025, 30000, 32767, 32768, 39999, 40000, 40001, 50000, 60999, 61000, 65535];
  const unique = fc.uniqueArray(anEntry, { maxLength: 8, selector: ({ egress, number }) => `${egress} ${number}` });
  const given = (answer: object, helps = {}) =>
    aclsGiven(
      itemsOf('aws-network-acls', answer),
      { instances: itemsOf('aws-instances', instance(['sg-a'])), ...helps },
      ['10.0.0.200'],
    );

  it('let in and out what a walk through each port says', () => {
    fc.assert(
      fc.property(
        unique,
        anAddress.filter((address) => address.startsWith('198.')),
        aPort,
        (entries, address, port) => {
          const out = EPHEMERAL.map((each) => passes(entries, true, address, each));
          const wanted =
            !passes(entries, false, address, port) || out.every((one) => !one)
              ? 'closed'
              : out.every((one) => one)
                ? 'open'
                : 'unknown';
          const judged = judgeAcls(given(asAcl(entries)), callFrom(address, port));
          expect(judged.pass).toBe(wanted);
          if (wanted === 'unknown') expect(judged.lacks.join()).toContain('which port the client takes');
          const number = judged.closed && freeNumber(judged.closed.acl, judged.closed.egress, judged.closed.before);
          if (judged.closed && number !== undefined) {
            // What is advised opens the way that was closed.
            const { egress } = judged.closed;
            const added: Entry = {
              egress,
              protocol: '6',
              range: `${address}/32`,
              span: egress ? [1024, 65535] : [port, port],
              action: 'allow',
              number,
            };
            expect(entries.some((entry) => entry.egress === egress && entry.number === number)).toBe(false);
            expect(
              (egress ? EPHEMERAL : [port]).every((each) => passes([...entries, added], egress, address, each)),
            ).toBe(true);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('are not asked within a subnet, and may not be when the subnet is not known', () => {
    const closed = asAcl([]);
    expect(judgeAcls(given(closed), callFrom('10.0.0.5', 22)).lacks.join()).toContain(
      'whether the client is in subnet-',
    );
    const subnets = itemsOf('aws-subnets', {
      Subnets: [{ SubnetId: 'subnet-0000000000000000a', CidrBlock: '10.0.0.0/24' }],
    });
    expect(judgeAcls(given(closed, { subnets }), callFrom('10.0.0.5', 22)).pass).toBe('open');
    expect(judgeAcls(given(closed, { subnets }), callFrom('10.0.1.5', 22))).toMatchObject({
      pass: 'closed',
      lacks: [],
    });
  });

  it('ask only about the ports of Linux when this very client is not translated', () => {
    const entries: Entry[] = [
      { egress: false, protocol: '-1', range: '0.0.0.0/0', span: [0, 0], action: 'allow', number: 1 },
      { egress: true, protocol: '6', range: '0.0.0.0/0', span: [32768, 60999], action: 'allow', number: 1 },
    ];
    expect(judgeAcls(given(asAcl(entries)), callFrom('198.51.100.1', 22)).pass).toBe('unknown');
    expect(judgeAcls(given(asAcl(entries)), { ...callFrom('198.51.100.1', 22), own: true }).pass).toBe('open');
  });

  it('of another subnet say nothing', () => {
    const other = {
      NetworkAcls: [{ NetworkAclId: 'acl-x', Associations: [{ SubnetId: 'subnet-other' }], Entries: [] }],
    };
    expect(judgeAcls(given(other), callFrom('198.51.100.1', 22))).toMatchObject({
      pass: 'unknown',
      lacks: [expect.stringContaining('subnet-0000000000000000a')],
    });
  });
});
