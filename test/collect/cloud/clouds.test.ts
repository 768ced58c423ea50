import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudCommands, openClouds } from '../../../src/collect/cloud/index.ts';
import { UsageError } from '../../../src/model/errors.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/cloud');
const AWS = 'aws:i-0123456789abcdef0';
const AZURE = 'azure:web/web1';
const GCP = 'gcp:my-project/europe-west3-a/web1';

let folder: string;
const before = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-cloud-'));
  // Nothing else is there, so that no real command line of a cloud is ever run.
  process.env['PATH'] = folder;
});
afterEach(() => {
  process.env['PATH'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** A command line that notes what it was asked and answers by the first pattern of sh(1) that fits its words. */
function fake(program: string, answers: Readonly<Record<string, string>>): void {
  const cases = Object.entries(answers).map(([pattern, script]) => `*"${pattern}"*) ${script} ;;`);
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >>'${folder}/asked'\ncase "$*" in\n${cases.join('\n')}\n*) echo "not asked for: $*" >&2; exit 9 ;;\nesac\n`;
  writeFileSync(path.join(folder, program), script);
  chmodSync(path.join(folder, program), 0o755);
}
const cat = (file: string): string => `/bin/cat '${path.join(fixtures, file)}'`;
const fail = (message: string, code: number): string =>
  `printf '%s\\n' '${message.replaceAll("'", "'\\''")}' >&2; exit ${code}`;
const asked = (): string[] => readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n');
const look = (words: readonly string[], timeoutMs = 30_000) => openClouds(words)({ timeoutMs });

describe('--cloud with a machine', () => {
  it('asks aws for the instance, then for its groups, list and subnet, and for nothing that changes', async () => {
    fake('aws', {
      'describe-instances --instance-ids i-0123456789abcdef0 ': cat('aws/instances.json'),
      'describe-security-groups --group-ids sg-0aaaaaaaaaaaaaaa1 ': cat('aws/security-groups.json'),
      'describe-network-acls --filters Name=association.subnet-id,Values=subnet-0aa11bb22cc33dd44 ':
        cat('aws/network-acls.json'),
      'describe-subnets --subnet-ids subnet-0aa11bb22cc33dd44 ': cat('aws/subnets.json'),
    });
    const steps: string[] = [];
    const sections = await openClouds([AWS])({ step: (text) => steps.push(text) });
    const kinds = ['aws-instances', 'aws-security-groups', 'aws-network-acls', 'aws-subnets'].map(
      (kind) => `cloud:${kind}`,
    );
    expect(Object.keys(sections).sort()).toEqual([...kinds, 'cloud:commands'].sort());
    for (const kind of kinds) expect(sections[kind]?.status).toBe('ok');
    expect(JSON.stringify(sections)).not.toMatch(/hunter2|IyEvYmlu/);
    expect(asked()).toHaveLength(4);
    for (const line of asked()) expect(line).toMatch(/^ec2 (?:describe|get)-/);
    expect(steps).toHaveLength(4);
    expect(sections['cloud:commands']?.text).toMatch(
      /^\$ aws ec2 describe-instances --instance-ids i-0123456789abcdef0 --output json\nok\n/,
    );
  });

  it('follows prefix lists and groups that rules refer to', async () => {
    const groups = {
      SecurityGroups: [
        {
          GroupId: 'sg-0aaaaaaaaaaaaaaa1',
          IpPermissions: [
            {
              IpProtocol: '-1',
              PrefixListIds: [{ PrefixListId: 'pl-0123456789abcdef0' }, { PrefixListId: '--evil' }],
              UserIdGroupPairs: [{ GroupId: 'sg-0123456789abcdef1' }],
            },
          ],
        },
      ],
    };
    writeFileSync(path.join(folder, 'groups.json'), JSON.stringify(groups));
    fake('aws', {
      'describe-instances': cat('aws/instances.json'),
      'describe-security-groups': `/bin/cat '${folder}/groups.json'`,
      'describe-network-acls': cat('aws/network-acls.json'),
      'describe-subnets': cat('aws/subnets.json'),
      'get-managed-prefix-list-entries --prefix-list-id pl-0123456789abcdef0 ': `echo '{"Entries":[{"Cidr":"203.0.113.0/24"}]}'`,
      'describe-network-interfaces --filters Name=group-id,Values=sg-0123456789abcdef1 ': `echo '{"NetworkInterfaces":[]}'`,
    });
    const sections = await look([AWS]);
    expect(sections['cloud:aws-prefix-lists']?.text).toContain('"PrefixListId": "pl-0123456789abcdef0"');
    expect(sections['cloud:aws-network-interfaces']).toEqual({ status: 'ok', text: '[]' });
    expect(asked().join()).not.toContain('evil');
  });

  it('asks az for the interface and what is in force there', async () => {
    const nic = JSON.parse(readFileSync(path.join(fixtures, 'azure/nic.json'), 'utf8')).id;
    fake('az', {
      'vm nic list --resource-group web --vm-name web1 ': `echo '[{"id":"${nic}","primary":true,"resourceGroup":"web"}]'`,
      'vm list-ip-addresses --resource-group web --name web1 ': `echo '[{"virtualMachine":{"name":"web1","network":{"privateIpAddresses":["10.77.2.20"],"publicIpAddresses":[{"ipAddress":"198.51.100.20"}]}}}]'`,
      [`network nic show --ids ${nic} `]: cat('azure/nic.json'),
      [`network nic list-effective-nsg --ids ${nic} `]: cat('azure/effective.json'),
    });
    const sections = await look([AZURE]);
    expect(
      Object.entries(sections)
        .map(([name, { status }]) => `${name} ${status}`)
        .sort(),
    ).toEqual(
      ['cloud:azure-addresses ok', 'cloud:azure-effective ok', 'cloud:azure-nics ok', 'cloud:commands ok'].sort(),
    );
    expect(asked()).toHaveLength(4);
  });

  it('takes the groups themselves where the machine does not run', async () => {
    const nic = JSON.parse(readFileSync(path.join(fixtures, 'azure/nic.json'), 'utf8')).id;
    fake('az', {
      'vm nic list': `echo '[{"id":"${nic}"}]'`,
      'vm list-ip-addresses': 'echo "[]"',
      'nic show': cat('azure/nic.json'),
      'list-effective-nsg': fail(
        'ERROR: (NicMustBeAttached) Network interface web1-nic must be attached to a running virtual machine.',
        1,
      ),
      'subnet show': cat('azure/subnet.json'),
      'nsg show': cat('azure/nsg.json'),
    });
    const sections = await look([AZURE]);
    expect(sections['cloud:azure-effective']).toMatchObject({
      status: 'unsupported',
      detail: expect.stringContaining('only of a machine that runs'),
    });
    expect(sections['cloud:azure-nsgs']?.status).toBe('ok');
    expect(sections['cloud:azure-subnets']?.status).toBe('ok');
  });

  it('asks gcloud for the machine and the rules in force, then for the network', async () => {
    fake('gcloud', {
      'instances describe web1 --zone=europe-west3-a --project=my-project ': cat('gcp/instance.json'),
      'get-effective-firewalls web1 --network-interface=nic0 --zone=europe-west3-a --project=my-project ':
        cat('gcp/effective.json'),
      'networks describe default --project=my-project ': `echo '{"name":"default","networkFirewallPolicyEnforcementOrder":"AFTER_CLASSIC_FIREWALL"}'`,
    });
    const sections = await look([GCP]);
    expect(Object.values(sections).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(asked()).toHaveLength(3);
  });

  it('says what to install when the command is not there', async () => {
    for (const [word, section, program] of [
      [AWS, 'cloud:aws-security-groups', 'aws'],
      [AZURE, 'cloud:azure-effective', 'az'],
      [GCP, 'cloud:gcp-effective', 'gcloud'],
    ] as const)
      expect((await look([word]))[section]).toMatchObject({
        status: 'unsupported',
        detail: expect.stringContaining(`${program} is not installed here`),
      });
  });

  // As the command lines word it; names are made up.
  it.each([
    [
      AWS,
      'aws',
      'aws-security-groups',
      'Unable to locate credentials. You can configure credentials by running "aws configure".',
      253,
      'denied',
      'no credentials',
    ],
    [
      AWS,
      'aws',
      'aws-security-groups',
      'An error occurred (RequestExpired) when calling the DescribeInstances operation: Request has expired.',
      254,
      'denied',
      'has expired',
    ],
    [
      AWS,
      'aws',
      'aws-security-groups',
      'Error loading SSO Token: Token for my-sso does not exist',
      255,
      'denied',
      'aws sso login',
    ],
    [
      AWS,
      'aws',
      'aws-security-groups',
      'The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.',
      255,
      'denied',
      'aws sso login',
    ],
    [
      AWS,
      'aws',
      'aws-network-acls',
      'An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation.',
      254,
      'denied',
      'may not do that',
    ],
    [
      AWS,
      'aws',
      'aws-security-groups',
      'You must specify a region. You can also configure your region by running "aws configure".',
      253,
      'denied',
      'AWS_REGION',
    ],
    [
      AWS,
      'aws',
      'aws-security-groups',
      "An error occurred (InvalidInstanceID.NotFound) when calling the DescribeInstances operation: The instance ID 'i-0123456789abcdef0' does not exist",
      254,
      'unsupported',
      'account and region',
    ],
    [
      AWS,
      'aws',
      'aws-security-groups',
      'Could not connect to the endpoint URL: "https://ec2.eu-nowhere-9.amazonaws.com/"',
      255,
      'timed-out',
      'region that does not exist',
    ],
    [AWS, 'aws', 'aws-security-groups', 'something else', 7, 'unsupported', 'aws failed with status 7: something else'],
    [AZURE, 'az', 'azure-effective', "ERROR: Please run 'az login' to setup account.", 1, 'denied', 'az login'],
    [
      AZURE,
      'az',
      'azure-effective',
      'ERROR: AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
      1,
      'denied',
      'az login',
    ],
    [
      AZURE,
      'az',
      'azure-effective',
      "ERROR: (AuthorizationFailed) The client 'a@b' with object id 'x' does not have authorization to perform action 'Microsoft.Compute/virtualMachines/read' over scope '/subscriptions/x'",
      1,
      'denied',
      'may not do that',
    ],
    [
      AZURE,
      'az',
      'azure-effective',
      "ERROR: (ResourceGroupNotFound) Resource group 'web' could not be found.",
      3,
      'unsupported',
      'no such resource group',
    ],
    [
      AZURE,
      'az',
      'azure-effective',
      "ERROR: (ResourceNotFound) The Resource 'Microsoft.Compute/virtualMachines/web1' under resource group 'web' was not found.",
      3,
      'unsupported',
      'no such machine',
    ],
    [
      GCP,
      'gcloud',
      'gcp-effective',
      'ERROR: (gcloud.compute.instances.describe) You do not currently have an active account selected.',
      1,
      'denied',
      'gcloud auth login',
    ],
    [
      GCP,
      'gcloud',
      'gcp-effective',
      'ERROR: (gcloud.compute.instances.describe) There was a problem refreshing your current auth tokens: Reauthentication failed. cannot prompt during non-interactive execution.',
      1,
      'denied',
      'gcloud auth login',
    ],
    [
      GCP,
      'gcloud',
      'gcp-effective',
      "ERROR: (gcloud.compute.instances.describe) Could not fetch resource:\n - Required 'compute.instances.get' permission for 'projects/my-project/zones/europe-west3-a/instances/web1'",
      1,
      'denied',
      'may not do that',
    ],
    [
      GCP,
      'gcloud',
      'gcp-effective',
      "ERROR: (gcloud.compute.instances.describe) Could not fetch resource:\n - The resource 'projects/my-project/zones/europe-west3-a/instances/web1' was not found",
      1,
      'unsupported',
      'no such machine',
    ],
  ])('%s: %s says (%s) "%s"', async (word, program, kind, message, code, status, words) => {
    fake(program, { '': fail(message, code) });
    const sections = await look([word]);
    expect(sections[`cloud:${kind}`]).toMatchObject({ status, detail: expect.stringContaining(words) });
    expect(sections['cloud:commands']?.text).toContain(`\n${status}: `);
  });

  it('waits no longer than it may for a command that hangs', async () => {
    fake('aws', { '': 'exec /bin/sleep 60' });
    const startedAt = performance.now();
    const sections = await look([AWS], 700);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(sections['cloud:aws-security-groups']).toMatchObject({ status: 'timed-out' });
  });

  it('ends at once when it is interrupted', async () => {
    fake('aws', { '': 'exec /bin/sleep 60' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('interrupted')), 200);
    await expect(openClouds([AWS])({ signal: stop.signal })).rejects.toThrow('interrupted');
  });

  it('takes no answer that is none', async () => {
    fake('aws', { '': 'echo "<html>"' });
    expect((await look([AWS]))['cloud:aws-security-groups']?.status).toBe('unparsable');
    fake('aws', { '': `echo '{"Reservations":[]}'` });
    expect((await look([AWS]))['cloud:aws-security-groups']).toMatchObject({
      status: 'unsupported',
      detail: expect.stringContaining('no instance'),
    });
  });

  it.each([
    'aws:-i',
    'aws:--profile=x',
    'aws:',
    'aws:i-0123; id',
    'azure:web',
    'azure:-g/web1',
    'azure:web/--x',
    'gcp:p/z',
    'gcp:-p/zone/vm',
    'gcp:project/zone/--vm',
    'gcp:a/b/c/d',
  ])('refuses %s before anything is run', (word) => expect(() => openClouds([word])).toThrow(UsageError));

  it('prints the commands that would be run', () => {
    const commands = cloudCommands([AWS, AZURE, GCP]);
    expect(commands.length).toBeGreaterThan(12);
    for (const command of commands)
      expect(command).toMatch(
        /^(?:aws ec2 (?:describe|get)-|az (?:vm|network) .*(?:list|show)|gcloud compute .*(?:describe|list|get-))/,
      );
  });
});

describe('--cloud with a file', () => {
  const put = (name: string, content: string | Buffer): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };

  it.each([
    ['an empty file', '', /empty/],
    ['a page', '<html></html>', /not JSON/],
    ['half of an answer', '{ "SecurityGroups": [ { "GroupId": "sg-1"', /not whole/],
    ['something else', '{ "Buckets": [], "Owner": {} }', /Buckets, Owner/],
    ['a number', '42', /nothing in it/],
  ])('says what is wrong with %s', (_, content, message) => {
    const file = put('x.json', content);
    expect(() => openClouds([file])).toThrow(UsageError);
    expect(() => openClouds([file])).toThrow(message);
  });

  it('says so when there is none', () => expect(() => openClouds(['/no/such/file'])).toThrow(/cannot read --cloud/));

  it('reads what PowerShell writes', async () => {
    const text = readFileSync(path.join(fixtures, 'azure/nsg.json'), 'utf8');
    const file = put('nsg.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
    expect(Object.keys(await look([file]))).toEqual(['cloud:azure-nsgs']);
  });

  it('joins several, and takes them before a gap', async () => {
    const one = path.join(fixtures, 'aws/security-groups.json');
    const sections = await look([one, path.join(fixtures, 'aws/instances.json'), one, AWS]);
    expect(JSON.parse(sections['cloud:aws-security-groups']?.text ?? '')).toHaveLength(2);
    expect(sections['cloud:aws-instances']?.status).toBe('ok');
    expect(sections['cloud:aws-network-acls']?.status).toBe('unsupported');
  });
});
