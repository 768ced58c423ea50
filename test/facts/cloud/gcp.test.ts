import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gcpGiven } from '../../../src/facts/cloud/gcp/index.ts';
import { judgeGcp } from '../../../src/facts/cloud/gcp/judge.ts';
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

const NETWORK = 'https://www.googleapis.com/compute/v1/projects/p1/global/networks/default';
const ACCOUNT = 'a@p1.iam.gserviceaccount.com';
const machine = {
  name: 'web1',
  tags: { items: ['web', 'ssh'] },
  serviceAccounts: [{ email: ACCOUNT }],
  networkInterfaces: [
    { name: 'nic0', network: NETWORK, networkIP: '10.0.0.200', accessConfigs: [{ natIP: '198.51.100.200' }] },
  ],
};

const aRule = fc.record({
  priority: fc.integer({ min: 0, max: 12 }),
  deny: fc.boolean(),
  protocol: fc.constantFrom('tcp', 'all', '6', 'udp'),
  spans: fc.array(aSpan, { maxLength: 2 }),
  ranges: fc.array(aRange, { minLength: 1, maxLength: 2 }),
  tags: fc.subarray(['web', 'db']),
  disabled: fc.boolean(),
  egress: fc.boolean(),
  network: fc.constantFrom(NETWORK, NETWORK, NETWORK.replace('default', 'other')),
});
type Rule = typeof aRule extends fc.Arbitrary<infer T> ? T : never;

const ports = ({ spans }: Pick<Rule, 'spans'>) =>
  spans.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
const written = (rule: Rule, i: number) => ({
  name: `r${i}`,
  network: rule.network,
  priority: rule.priority,
  direction: rule.egress ? 'EGRESS' : 'INGRESS',
  disabled: rule.disabled,
  sourceRanges: rule.ranges,
  ...(rule.tags.length > 0 ? { targetTags: rule.tags } : {}),
  [rule.deny ? 'denied' : 'allowed']: [
    { IPProtocol: 'icmp' },
    { IPProtocol: rule.protocol, ...(rule.spans.length > 0 ? { ports: ports(rule) } : {}) },
  ],
});

const aPolicyRule = fc.record({
  priority: fc.integer({ min: 0, max: 50 }),
  action: fc.constantFrom('allow', 'deny', 'goto_next'),
  protocol: fc.constantFrom('tcp', 'all', 'udp'),
  spans: fc.array(aSpan, { maxLength: 1 }),
  ranges: fc.array(aRange, { maxLength: 2 }),
  accounts: fc.subarray([ACCOUNT, 'b@p1.iam.gserviceaccount.com']),
  disabled: fc.boolean(),
});
type PolicyRule = typeof aPolicyRule extends fc.Arbitrary<infer T> ? T : never;
const aPolicy = fc.uniqueArray(aPolicyRule, { maxLength: 4, selector: ({ priority }) => priority });

const policy = (type: string, name: string, rules: readonly PolicyRule[]) => ({
  name,
  displayName: name,
  type,
  rules: rules.map((rule) => ({
    priority: rule.priority,
    action: rule.action,
    direction: 'INGRESS',
    disabled: rule.disabled,
    ...(rule.accounts.length > 0 ? { targetServiceAccounts: rule.accounts } : {}),
    match: {
      srcIpRanges: rule.ranges,
      layer4Configs: [{ ipProtocol: rule.protocol, ...(rule.spans.length > 0 ? { ports: ports(rule) } : {}) }],
    },
  })),
});

const fits = ({ protocol, spans }: Pick<Rule, 'protocol' | 'spans'>, port: number): boolean =>
  protocol !== 'udp' && (spans.length === 0 || spans.some(([low, high]) => low <= port && port <= high));

/** Verdict of one stage by the documentation; nothing where it hands on. */
function vpc(rules: readonly Rule[], address: string, port: number): boolean | undefined {
  const hits = rules.filter(
    (rule) =>
      !rule.disabled &&
      !rule.egress &&
      rule.network === NETWORK &&
      (rule.tags.length === 0 || rule.tags.includes('web')) &&
      fits(rule, port) &&
      rule.ranges.some((range) => within(address, range)),
  );
  const first = Math.min(...hits.map(({ priority }) => priority));
  const decide = hits.filter(({ priority }) => priority === first);
  return decide.length === 0 ? undefined : !decide.some(({ deny }) => deny);
}

function policyLetsIn(rules: readonly PolicyRule[], address: string, port: number): boolean | undefined {
  const first = rules
    .filter(
      (rule) =>
        !rule.disabled &&
        (rule.accounts.length === 0 || rule.accounts.includes(ACCOUNT)) &&
        fits(rule, port) &&
        (rule.ranges.length === 0 || rule.ranges.some((range) => within(address, range))),
    )
    .sort((a, b) => a.priority - b.priority)[0];
  return first === undefined || first.action === 'goto_next' ? undefined : first.action === 'allow';
}

describe("Google Cloud's firewall", () => {
  it('does what a plain reading of the documentation says, through all its stages', () => {
    fc.assert(
      fc.property(
        aPolicy,
        aPolicy,
        fc.array(aRule, { maxLength: 6 }),
        fc.boolean(),
        anAddress,
        aPort,
        (org, own, rules, first, address, port) => {
          const answer = {
            firewalls: rules.map(written),
            firewallPolicys: [policy('NETWORK', 'own', own), policy('HIERARCHY', 'org', org)],
          };
          const order = {
            name: 'default',
            networkFirewallPolicyEnforcementOrder: first ? 'BEFORE_CLASSIC_FIREWALL' : 'AFTER_CLASSIC_FIREWALL',
          };
          const helps = { machines: itemsOf('gcp-instances', machine), networks: itemsOf('gcp-networks', order) };
          const given = gcpGiven([itemsOf('gcp-effective', answer), undefined], helps, ['198.51.100.200']);
          const letsIn = (from: string): boolean => {
            const network = policyLetsIn(own, from, port);
            const classic = vpc(rules, from, port);
            return policyLetsIn(org, from, port) ?? (first ? (network ?? classic) : (classic ?? network)) ?? false;
          };
          expect(judgeGcp(given, callFrom(address, port)).pass).toBe(letsIn(address) ? 'open' : 'closed');
          const anybody = judgeGcp(given, callFromAnybody(port)).pass;
          if (anybody !== 'unknown')
            for (const each of ADDRESSES) expect(letsIn(each) ? 'open' : 'closed').toBe(anybody);
        },
      ),
      { numRuns: RUNS },
    );
  });

  const rule = (over: object) => ({
    name: 'r',
    network: NETWORK,
    priority: 1000,
    direction: 'INGRESS',
    sourceRanges: ['0.0.0.0/0'],
    allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
    ...over,
  });
  const judge = (
    rules: object[],
    o: { machines?: object; effective?: boolean; policies?: object[]; address?: string } = {},
  ) => {
    const helps = o.machines ? { machines: itemsOf('gcp-instances', o.machines) } : {};
    const sources = o.effective
      ? [itemsOf('gcp-effective', { firewalls: rules, firewallPolicys: o.policies ?? [] }), undefined]
      : [undefined, itemsOf('gcp-firewall-rules', rules)];
    return judgeGcp(gcpGiven(sources, helps, ['198.51.100.200']), callFrom(o.address ?? '192.0.2.1', 22));
  };

  it('without the policies is never known to let in, and never surely closed', () => {
    expect(judge([rule({})], { machines: machine }).pass).toBe('unknown');
    expect(judge([], { machines: machine })).toMatchObject({
      pass: 'closed',
      lacks: [expect.stringContaining('policies')],
    });
    expect(
      judge([rule({ priority: 5, denied: [{ IPProtocol: 'all' }], allowed: undefined })], { machines: machine }),
    ).toMatchObject({
      pass: 'closed',
      lacks: [expect.stringContaining('get-effective-firewalls')],
      closed: { by: 'rule', name: 'r', priority: 5, network: 'default' },
    });
  });

  it('needs the machine where rules aim at tags', () => {
    const rules = [rule({ targetTags: ['bastion'] })];
    expect(judge(rules, { effective: true })).toMatchObject({
      pass: 'unknown',
      lacks: [expect.stringContaining('tags and accounts')],
    });
    expect(judge(rules, { effective: true, machines: machine })).toMatchObject({
      pass: 'closed',
      closed: { by: 'implied' },
    });
    expect(judge([rule({ targetTags: ['ssh'] })], { effective: true, machines: machine }).pass).toBe('open');
  });

  it('does not mix the rules of several networks', () => {
    const other = rule({ network: NETWORK.replace('default', 'other') });
    const deny = rule({ denied: [{ IPProtocol: 'tcp' }], allowed: undefined });
    expect(judge([other, deny]).pass).toBe('unknown');
    expect(judge([other, deny], { machines: machine, effective: true }).pass).toBe('closed');
  });

  it.each([
    ['srcFqdns', ['example.com']],
    ['srcRegionCodes', ['DE']],
    ['srcThreatIntelligences', ['iplist-tor-exit-nodes']],
    ['srcAddressGroups', ['groups/x']],
  ])('leaves %s open', (key, value) => {
    const policies = [
      {
        type: 'HIERARCHY',
        name: 'o',
        rules: [
          {
            priority: 1,
            action: 'deny',
            direction: 'INGRESS',
            match: { [key]: value, layer4Configs: [{ ipProtocol: 'all' }] },
          },
        ],
      },
    ];
    expect(judge([rule({})], { machines: machine, effective: true, policies }).pass).toBe('unknown');
    // Where everything else denies too, it does not matter.
    expect(judge([], { machines: machine, effective: true, policies }).pass).toBe('closed');
  });

  it('takes nobody from the internet for the bearer of a tag', () => {
    const rules = [rule({ sourceRanges: undefined, sourceTags: ['bastion'] })];
    const helps = { machines: machine, effective: true };
    expect(judge(rules, { ...helps, address: '10.0.0.5' }).pass).toBe('unknown');
    expect(judge(rules, { ...helps, address: '192.0.2.1' }).pass).toBe('closed');
  });

  it('doubts the order of hierarchical policies that contradict each other', () => {
    const one = (name: string, action: string) => ({
      type: 'HIERARCHY',
      name,
      rules: [
        {
          priority: 1,
          action,
          direction: 'INGRESS',
          match: { srcIpRanges: ['0.0.0.0/0'], layer4Configs: [{ ipProtocol: 'all' }] },
        },
      ],
    });
    const judged = judge([], {
      machines: machine,
      effective: true,
      policies: [one('org', 'deny'), one('folder', 'allow')],
    });
    expect(judged).toMatchObject({
      pass: 'closed',
      lacks: ['the order of the hierarchical policies'],
      closed: { by: 'policy', name: 'org' },
    });
  });

  it('is read from what gcloud prints', () => {
    const read = (name: string) =>
      JSON.parse(readFileSync(path.join(import.meta.dirname, `../../fixtures/cloud/gcp/${name}.json`), 'utf8'));
    const given = gcpGiven(
      [itemsOf('gcp-effective', read('effective')), undefined],
      { machines: itemsOf('gcp-instances', read('instance')) },
      ['198.51.100.20'],
    );
    expect(given.place.by).toBe('dialled');
    expect(judgeGcp(given, callFrom('203.0.113.7', 22))).toMatchObject({
      pass: 'closed',
      lacks: [],
      closed: { by: 'implied', network: 'default' },
    });
    expect(judgeGcp(given, callFrom('198.18.0.1', 443))).toMatchObject({
      pass: 'closed',
      closed: { by: 'policy', name: 'org-baseline' },
    });
    expect(judgeGcp(given, callFrom('203.0.113.7', 443)).pass).toBe('open');
  });
});
