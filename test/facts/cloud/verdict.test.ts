import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { attemptOf } from '../../../src/app/attempt.ts';
import { causes } from '../../../src/causes/index.gen.ts';
import { cloudSections, takeIn } from '../../../src/facts/cloud/intake.ts';
import type { Bundle } from '../../../src/model/bundle.ts';
import { conclude } from '../../../src/reason/conclude.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/cloud');
const section = (value: unknown) => ({ status: 'ok' as const, text: JSON.stringify(value) });

interface Met {
  readonly own: string;
  readonly to: string;
  readonly from?: string;
  readonly outcome?: string;
}

/** A client that dialled an address and met silence, with what a cloud says. */
function bundleOf(files: readonly string[], { own, to, from, outcome = 'timed-out' }: Met): Bundle {
  const taken = files.map((file) => takeIn(JSON.parse(readFileSync(path.join(fixtures, `${file}.json`), 'utf8'))));
  const open = outcome === 'timed-out' ? {} : { local: own };
  return {
    schema: 1,
    takenAt: '2026-11-24T00:00:00Z',
    sections: {
      'ssh-config': section({
        argv: [],
        rc: 0,
        stderr: '',
        options: { hostname: [to], user: ['alice'], port: ['22'] },
      }),
      tcp: section({ probes: [{ address: to, port: 22, outcome, ms: 5000, ...open }] }),
      route: { status: 'ok', text: `# ${to}\n${to} via 192.168.1.1 dev eth0 src ${own} uid 0` },
      ...(from === undefined ? {} : { asked: section({ from }) }),
      ...cloudSections(taken),
    },
  };
}

function told(files: readonly string[], met: Met) {
  const bundle = bundleOf(files, met);
  return conclude(causes, bundle, attemptOf(bundle));
}
const AWS = ['aws/instances', 'aws/security-groups'];
const PUBLIC = '198.51.100.20';

describe('what a client behind an address translation may say of a cloud', () => {
  it('is only a possibility while its public address is not known, and how to settle it', () => {
    const [first] = told(AWS, { own: '192.168.1.5', to: PUBLIC }).findings;
    expect(first).toMatchObject({ id: 'firewall/aws-security-group', verdict: 'possible' });
    expect(first?.text).toContain('--from ADDRESS');
    expect(first?.fix).toMatchObject({
      refuse: expect.any(String),
      manual: [expect.any(String), expect.stringContaining('--from')],
    });
  });

  it('is sure once the address is told', () => {
    const [first] = told(AWS, { own: '192.168.1.5', to: PUBLIC, from: '192.0.2.9' }).findings;
    expect(first).toMatchObject({ id: 'firewall/aws-security-group', verdict: 'confirmed' });
    expect(first?.fix).toMatchObject({
      where: 'client',
      changes: [
        {
          run: "aws ec2 authorize-security-group-ingress --group-id=sg-0aaaaaaaaaaaaaaa1 --ip-permissions='IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=192.0.2.9/32}]'",
          undo: [expect.stringContaining('aws ec2 revoke-security-group-ingress --group-id=sg-0aaaaaaaaaaaaaaa1 ')],
        },
      ],
    });
    expect(
      told(AWS, { own: '192.168.1.5', to: PUBLIC, from: '203.0.113.9' }).findings.map(({ id }) => id),
    ).not.toContain('firewall/aws-security-group');
  });

  it('is sure without it where nobody is let in', () => {
    const files = ['aws/instances', 'aws/security-groups-web-only'];
    expect(told(files, { own: '192.168.1.5', to: PUBLIC }).findings[0]).toMatchObject({
      id: 'firewall/aws-security-group',
      verdict: 'confirmed',
    });
  });

  it('is sure of a public address of its own', () => {
    expect(told(AWS, { own: '192.0.2.9', to: PUBLIC }).findings[0]).toMatchObject({ verdict: 'confirmed' });
  });

  it('is less than sure where another address was dialled than the machine has', () => {
    expect(told(AWS, { own: '192.0.2.9', to: '198.51.100.99' }).findings[0]).toMatchObject({
      id: 'firewall/aws-security-group',
      verdict: 'likely',
    });
  });

  it('is nothing where something answered', () => {
    for (const outcome of ['open', 'refused'])
      expect(
        told(['aws/instances', 'aws/security-groups-web-only'], { own: '192.0.2.9', to: PUBLIC, outcome }).findings.map(
          ({ id }) => id,
        ),
      ).not.toContain('firewall/aws-security-group');
  });
});

describe('blind spots of the clouds', () => {
  const clouds = (files: readonly string[], met: Met) =>
    told(files, met).blind.filter(({ section: name }) => name.startsWith('cloud'));

  it('are one where nobody named a cloud and the client met silence', () => {
    expect(clouds([], { own: '192.0.2.9', to: PUBLIC })).toMatchObject([
      { section: 'cloud', settleWith: `sshwhy alice@${PUBLIC} --cloud FILE` },
    ]);
    expect(clouds([], { own: '192.0.2.9', to: PUBLIC, outcome: 'refused' })).toEqual([]);
  });

  it('are only those of the cloud that was named', () => {
    const spots = clouds(['aws/instances', 'aws/security-groups-open'], { own: '192.0.2.9', to: PUBLIC });
    expect(spots).toMatchObject([
      {
        section: 'cloud:aws-network-acls',
        hides: ['firewall/aws-network-acl'],
        settleWith: expect.stringContaining('describe-network-acls'),
      },
    ]);
  });
});

describe('what is advised', () => {
  const fix = (files: readonly string[]) => told(files, { own: '192.0.2.9', to: PUBLIC }).findings[0];

  it('never takes a foreign name for an option or for shell', () => {
    const answer = JSON.parse(readFileSync(path.join(fixtures, 'aws/security-groups-web-only.json'), 'utf8'));
    const instances = JSON.parse(
      readFileSync(path.join(fixtures, 'aws/instances.json'), 'utf8').replaceAll(
        'sg-0aaaaaaaaaaaaaaa1',
        "--x'; touch pwned #",
      ),
    );
    answer.SecurityGroups[0].GroupId = "--x'; touch pwned #";
    const base = bundleOf([], { own: '192.0.2.9', to: PUBLIC });
    const bundle = { ...base, sections: { ...base.sections, ...cloudSections([takeIn(answer), takeIn(instances)]) } };
    const [first] = conclude(causes, bundle, attemptOf(bundle)).findings;
    expect(first?.fix).toMatchObject({
      changes: [{ run: expect.stringContaining(`--group-id='--x'\\''; touch pwned #'`) }],
    });
  });

  it('of a network ACL is an entry ahead of the one that decides', () => {
    expect(fix(['aws/instances', 'aws/network-acls'])).toMatchObject({
      id: 'firewall/aws-network-acl',
      fix: {
        changes: [
          {
            run: 'aws ec2 create-network-acl-entry --network-acl-id=acl-0bbbbbbbbbbbbbbb2 --egress --rule-number=32760 --protocol=tcp --port-range=From=1024,To=65535 --cidr-block=192.0.2.9/32 --rule-action=allow',
            undo: [
              'aws ec2 delete-network-acl-entry --network-acl-id=acl-0bbbbbbbbbbbbbbb2 --egress --rule-number=32760',
            ],
          },
        ],
      },
    });
  });

  it('of Azure is a rule ahead of the one that decides', () => {
    expect(fix(['azure/nic', 'azure/subnet', 'azure/nsg'])).toMatchObject({
      id: 'firewall/azure-nsg',
      verdict: 'likely',
      fix: {
        changes: [
          {
            run: expect.stringMatching(
              /^az network nsg rule create --resource-group=web --nsg-name=web1-nsg .*--priority=1099 .*--source-address-prefixes=192\.0\.2\.9\/32 --destination-port-ranges=22$/,
            ),
          },
        ],
      },
    });
  });

  it('of Google Cloud is a rule for machines of its kind; of a policy it is to ask who runs it', () => {
    expect(fix(['gcp/instance', 'gcp/effective'])).toMatchObject({
      id: 'firewall/gcp-vpc',
      verdict: 'confirmed',
      fix: {
        changes: [{ run: expect.stringContaining('--source-ranges=192.0.2.9/32 --priority=1000 --target-tags=web') }],
      },
    });
    const organisation = told(['gcp/instance', 'gcp/effective'], { own: '198.18.0.9', to: PUBLIC }).findings[0];
    expect(organisation?.fix).toMatchObject({
      refuse: expect.stringContaining('org-baseline'),
      manual: [expect.any(String), expect.stringContaining('--tunnel-through-iap')],
    });
  });
});
