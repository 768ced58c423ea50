import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causes } from '../../../src/causes/index.gen.ts';
import { parseBundle, writeBundle } from '../../../src/facts/bundle.ts';
import { cloudSections, takeIn } from '../../../src/facts/cloud/intake.ts';
import { layOut, readItems } from '../../../src/facts/cloud/layout.ts';
import { CLOUD_KINDS } from '../../../src/facts/cloud/shapes.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { conclude } from '../../../src/reason/conclude.ts';

const folder = path.join(import.meta.dirname, '../../fixtures/cloud');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

const tcp = {
  status: 'ok',
  text: '{ "probes": [{ "address": "198.51.100.20", "port": 22, "outcome": "timed-out", "ms": 5000 }] }',
} as const;
const bundleOf = (sections: Bundle['sections']): Bundle => ({
  schema: 1,
  takenAt: '2026-11-24T00:00:00Z',
  sections: { ...sections, tcp },
});
const answer = (value: unknown, from = '203.0.113.7') =>
  conclude(causes, bundleOf(cloudSections([takeIn(value)])), {
    host: '198.51.100.20',
    port: 22,
    from,
    at: '2026-11-24T00:00:00Z',
  });

describe('an answer of a cloud', () => {
  it.each(files)('%s is known by what it holds, and told the same after a Bundle was saved', (file) => {
    const sections = cloudSections([takeIn(read(file))]);
    expect(Object.keys(sections)).toHaveLength(1);
    const again = parseBundle(writeBundle({ ...bundleOf(sections) })).sections;
    expect({ ...again }).toEqual({ ...sections, tcp });
  });

  it.each(files)('%s is known in the wrappings that jq, REST and --query leave', (file) => {
    const value = read(file);
    const plain = cloudSections([takeIn(value)]);
    expect(cloudSections([takeIn([value])])).toEqual(plain);
    expect(cloudSections([takeIn({ value: [value] })])).toEqual(plain);
  });

  it('leaves everything behind that decides nothing, secrets first', () => {
    for (const file of files) {
      const { text } = Object.values(cloudSections([takeIn(read(file))]))[0] ?? { text: '' };
      for (const secret of ['IyEvYmlu', 'hunter2', 'secret-token', 'ssh-keys', 'KeyName', 'ask ops', 'OwnerId'])
        expect(text, file).not.toContain(secret);
    }
  });

  it('stands one rule a line, and the line of each rule is known', () => {
    const { text } = cloudSections([takeIn(read('aws/security-groups.json'))])['cloud:aws-security-groups'] ?? {
      text: '',
    };
    const { items, lines } = readItems(text);
    const rules = items[0]?.['IpPermissions'] as object[];
    for (const rule of rules) expect(text.split('\n')[(lines.get(rule) ?? 0) - 1]).toContain('"IpProtocol": "tcp"');
    expect(readItems(` ${text}`).lines.size).toBe(0);
  });

  it('may be anything at all: no crash, and nothing is sure', () => {
    const keys = fc.constantFrom(
      'SecurityGroups',
      'GroupId',
      'IpPermissions',
      'IpRanges',
      'CidrIp',
      'NetworkAcls',
      'NetworkAclId',
      'Entries',
      'Cidr',
      'securityRules',
      'effectiveSecurityRules',
      'association',
      'properties',
      'ipConfigurations',
      'id',
      'firewalls',
      'firewallPolicys',
      'rules',
      'match',
      'value',
      'items',
      'direction',
      'network',
      'allowed',
      'InstanceId',
      'NetworkInterfaces',
      '__proto__',
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 7, depthSize: 'large' },
        fc.constantFrom(null, true, '22', '0.0.0.0/0', '*', 'Inbound', 'INGRESS', 'x/y', -1, ''),
        fc.string(),
        fc.integer(),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(keys, tie('json'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        const { findings, blind } = answer(value);
        expect(blind.filter(({ detail }) => detail?.startsWith('internal error'))).toEqual([]);
        for (const { id, verdict, text } of findings) {
          if (/aws|azure|gcp/.test(id)) expect(verdict).not.toBe('confirmed');
          expect(text).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 800 },
    );
  });

  it('may be spoilt in any one place: no crash', () => {
    const paths = (value: unknown, at: (string | number)[] = []): (string | number)[][] =>
      typeof value === 'object' && value !== null
        ? [at, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]))]
        : [at];
    const spoil = (value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown => {
      if (key === undefined) return by;
      const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
      copy[key] = spoil(copy[key], rest, by);
      return copy;
    };
    for (const file of files.filter((name) => !/-(?:open|web-only)\./.test(name))) {
      const value = read(file);
      for (const at of paths(value).filter((one) => one.length > 0))
        for (const by of [null, {}, 'x', [[null]]]) {
          const { blind, findings } = answer(spoil(value, at, by));
          expect(
            blind.filter(({ detail }) => detail?.startsWith('internal error')),
            `${file} ${at.join('.')}`,
          ).toEqual([]);
          for (const { text } of findings) expect(text).not.toMatch(/undefined|NaN|\[object/);
        }
    }
  });

  it('of a hundred thousand rules is answered soon', () => {
    const rules = Array.from({ length: 100_000 }, (_, i) => ({
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
      IpRanges: [{ CidrIp: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, Description: 'x'.repeat(300) }],
    }));
    const groups = { SecurityGroups: [{ GroupId: 'sg-0aaaaaaaaaaaaaaa1', GroupName: 'web', IpPermissions: rules }] };
    const instances = read('aws/instances.json');
    const startedAt = performance.now();
    const { findings } = conclude(causes, bundleOf(cloudSections([takeIn(groups), takeIn(instances)])), {
      host: '198.51.100.20',
      port: 22,
      from: '203.0.113.7',
      at: '2026-11-24T00:00:00Z',
    });
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(findings[0]).toMatchObject({ id: 'firewall/aws-security-group', verdict: 'confirmed' });
    expect(findings[0]?.evidence.length).toBeLessThan(40);
  });

  it('nested without end is none', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(takeIn(deep).size).toBe(0);
    expect(takeIn({ SecurityGroups: deep }).size).toBe(0);
    expect(() => readItems(`[{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`)).toThrow();
  });

  it('names no kind twice', () => expect(new Set(CLOUD_KINDS).size).toBe(CLOUD_KINDS.length));

  it('is laid out as valid JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.constantFrom('rules', 'Entries', 'a'), fc.jsonValue())), (items) => {
        const { text } = layOut(items);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(items)));
      }),
      { numRuns: 200 },
    );
  });
});
