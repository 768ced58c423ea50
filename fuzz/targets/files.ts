import { gzipSync } from 'node:zlib';
import { readProfile, readWaivers } from '../../src/app/harden-profile.ts';
import { jsonOf } from '../../src/app/json.ts';
import { readWatchConfig, watchConfigSchema } from '../../src/app/watch-config.ts';
import { causes } from '../../src/causes/index.gen.ts';
import { decoded } from '../../src/collect/broker/message.ts';
import { decodedJob, decodedResult, encodedJob } from '../../src/collect/queue/message.ts';
import { cloudSections, takeIn } from '../../src/facts/cloud/intake.ts';
import { inventoryFormat, parseInventory } from '../../src/facts/inventory/index.ts';
import { hostPatterns, includesOf } from '../../src/facts/inventory/ssh-config.ts';
import { LookError, UsageError } from '../../src/model/errors.ts';
import { fleetJobSchema } from '../../src/model/fleet-work.ts';
import type { InventoryFormat } from '../../src/model/inventory.ts';
import { linesOf } from '../../src/remedy/apply.ts';
import { attempt, investigated } from '../look.ts';
import { bundles, files, sections, texts } from '../seeds.ts';
import { Broken, type Target } from '../target.ts';

const cloudCauses = causes.filter(({ id }) => /aws|azure|gcp/.test(id));

function cloud(vendor: string): Target {
  return {
    name: `cloud-${vendor}`,
    seeds: () => files(new RegExp(`^cloud/${vendor}/.*\\.json$`)),
    words: ['"0.0.0.0/0"', '"tcp"', '"-1"', '"22"', '"22-23"', '"deny"', '"allow"'],
    run: (input) => {
      let value: unknown;
      try {
        value = JSON.parse(input.toString('utf8'));
      } catch {
        return undefined;
      }
      const laid = cloudSections([takeIn(value)]);
      const [base] = bundles().filter(({ sections: all }) => all['tcp']?.status === 'ok');
      if (base === undefined) throw new Error('no captured client');
      return investigated(cloudCauses, { ...base, sections: { ...base.sections, ...laid } }, attempt);
    },
    longest: 40_000,
  };
}

function inventory(format: InventoryFormat, seeds: () => Buffer[]): Target {
  return {
    name: `inventory-${format}`,
    seeds,
    words: [
      '[all:vars]',
      '[web:children]',
      'ansible_host=',
      'web[01:50]',
      'web[a:z]',
      'ansible_port=22',
      '<<: *a',
      '&a',
      '*a',
      'hosts:',
      'children:',
      '"_meta"',
      '"hostvars"',
      'web[1:9999999]',
      '[1:0]',
    ],
    run: (input) => {
      const text = input.toString('utf8');
      const read = parseInventory(format, text);
      for (const { name, address, port } of read.hosts) {
        if (typeof name !== 'string' || typeof address !== 'string' || name.startsWith('-') || address.startsWith('-'))
          throw new Broken(`a host that ssh would take for an option: ${name} ${address}`);
        if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
          throw new Broken(`port ${port}`);
      }
      return [inventoryFormat('hosts', text), read];
    },
  };
}

const YAML = [
  '&a',
  '*a',
  '<<: *a',
  '!!js/function',
  '!!binary',
  '? ',
  '- - - -',
  '|',
  '>-',
  '%YAML 1.1',
  '---',
  '...',
  '{a: {b: [',
  'extends: strict',
  'controls:',
  'waivers:',
  'reason:',
  'until: 2027-01-31',
];

export const FILES: readonly Target[] = [
  cloud('aws'),
  cloud('azure'),
  cloud('gcp'),
  inventory('list', () => texts('web1\nalice@web2:2222\n[fd77::1]:22 # x\nweb[01:20].example.org\n')),
  inventory('csv', () => texts('name,address,port,user,tags\nweb1,10.0.0.1,22,alice,"a,b"\n"web2","x""y",,,\n')),
  inventory('ssh-config', () =>
    texts('Host web1 web2 *.example.org\n  HostName 10.0.0.1\nMatch host x\nInclude config.d/*\nHost "a b" !c\n'),
  ),
  inventory('known-hosts', () => [
    ...sections(/known_hosts/),
    ...texts(
      'web1,10.0.0.1 ssh-ed25519 AAAA\n|1|a|b ssh-rsa AAAA\n[web1]:2222 ssh-rsa AAAA\n@cert-authority *.x ssh-rsa AAAA\n',
    ),
  ]),
  inventory('ansible-ini', () => files(/^inventory\/.*\.ini$/)),
  inventory('ansible-yaml', () => files(/^inventory\/.*\.yml$/)),
  inventory('ansible-json', () => files(/^inventory\/.*\.json$/)),
  {
    name: 'ssh-config',
    seeds: () => texts('Host a b\nInclude ~/x "y z"\nHost=c # d\n'),
    run: (input) => [hostPatterns(input.toString('utf8')), includesOf(input.toString('utf8'))],
  },
  {
    name: 'watch-yaml',
    seeds: () =>
      texts(
        'sources:\n  journal: true\n  files: [/var/log/auth.log]\n  tz: Europe/Berlin\n  ports: [22, 2222]\nstore: /var/lib/sshwhy/watch.db\nkeep:\n  days: 30\n  size: 500MB\nlearn:\n  days: 7\nalerts:\n  channels:\n    - kind: command\n      command: [/bin/true]\nsilences:\n  - reason: nightly\n    from: 2026-11-24T01:00:00Z\n    to: 2026-11-24T02:00:00Z\n',
        'alerts:\n  channels:\n    - kind: webhook\n      url: https://x.example/y\n      secret: env:TOKEN\n    - kind: email\n      to: [a@b.example]\n      from: c@d.example\n      server: smtp://localhost\n',
      ),
    words: YAML,
    may: [UsageError],
    schema: watchConfigSchema,
    run: (input) => readWatchConfig('watch.yaml', input.toString('utf8')),
  },
  {
    name: 'profile-yaml',
    seeds: () =>
      texts(
        'name: ours\nextends: cis\ncontrols:\n  permit-root-login: true\n  x11-forwarding: false\n  max-auth-tries: {atMost: 3}\nwaivers:\n  - control: permit-root-login\n    reason: because it is so\n    until: 2027-01-31\n',
      ),
    words: YAML,
    may: [UsageError],
    run: (input) => readProfile('ours.yaml', input.toString('utf8')),
  },
  {
    name: 'waivers-yaml',
    seeds: () =>
      texts(
        'waivers:\n  - control: permit-root-login\n    subject: a\n    reason: because it is so\n    until: 2027-01-31\n',
      ),
    words: YAML,
    may: [UsageError],
    run: (input) => readWaivers('waivers.yaml', input.toString('utf8')),
  },
  {
    name: 'report-json',
    seeds: () => texts('{"schema":1,"causes":[]}', '[1,{"a":null}]'),
    may: [LookError, UsageError],
    run: (input) => jsonOf('report.json', input.toString('utf8')),
  },
  {
    name: 'fleet-job',
    seeds: () =>
      texts('{"v":1,"run":"r","key":"AAAAAAAAAAAAAAAAAAAAAAAA","name":"web1","address":"web1","port":22,"block":[]}'),
    run: (input) => {
      const job = decodedJob(input);
      if (typeof job === 'string') return job;
      if (typeof encodedJob(job) === 'string') throw new Broken('a job that was taken can not be sent');
      return fleetJobSchema.parse(job);
    },
  },
  {
    name: 'broker-parcel',
    seeds: () => [
      Buffer.from(
        JSON.stringify({
          v: 1,
          host: 'web1',
          events: [
            { id: 'a:1', at: 1764000000000, host: 'web1', type: 'login-failed', outcome: 'refused', user: 'root' },
          ],
          lines: { all: 3, unparsed: 1, other: 1 },
        }),
      ),
    ],
    run: (input) => decoded(gzipSync(input, { level: 1 })),
  },
  {
    name: 'fleet-result',
    seeds: () => texts('{"v":1,"host":{"name":"web1","address":"web1","outcome":"open","says":"x","found":[]}}'),
    run: (input) => decodedResult(input),
  },
  {
    name: 'remedy-answer',
    seeds: () => texts('@@ armed systemd\n@@ applied\n@@ warning x y\nmore\n'),
    run: (input) => linesOf(input.toString('utf8')),
  },
];
