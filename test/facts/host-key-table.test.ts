import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOfKey, readKnownHosts } from '../../src/collect/client/known-hosts.ts';
import { hostKeyTable } from '../../src/facts/host-key-table.ts';
import type { HostKey } from '../../src/facts/hostkeys.ts';

// The lines are ssh-keygen's to find: names, wildcards, negation, ports, hashes and markers are its business.
let folder = '';
const keys: Record<string, { line: string; fingerprint: string }> = {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'known-hosts-'));
  for (const name of ['mine', 'other', 'ca']) {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    const fingerprint =
      execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
    keys[name] = { line: readFileSync(`${file}.pub`, 'utf8').trim(), fingerprint };
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function judge(
  lines: readonly string[],
  o: { host?: string; port?: number; hash?: true; global?: readonly string[] } = {},
) {
  const [file, global] = [join(folder, 'known_hosts'), join(folder, 'global')];
  const put = (path: string, text: readonly string[]) => {
    writeFileSync(
      path,
      `${text.map((line) => line.replace(/<(\w+)>/g, (_, name: string) => keys[name]?.line ?? '')).join('\n')}\n`,
    );
  };
  put(file, lines);
  put(global, o.global ?? []);
  if (o.hash) execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
  const options = { userknownhostsfile: [file], globalknownhostsfile: [global] };
  const record = await readKnownHosts(options, o.host ?? 'web1.example.org', o.port ?? 22, ['10.0.0.1']);
  const own: HostKey[] = [{ path: '/k', type: 'ED25519', fingerprint: keys['mine']?.fingerprint ?? '', line: 1 }];
  const known = { names: record.names, files: [], found: record.found, elsewhere: [], scanned: [] };
  const [judged] = hostKeyTable({ knownHosts: known, hostKeys: own });
  return { known: judged?.known, where: judged?.where.map((each) => each.replace(`${folder}/`, '')) };
}

describe('a host key against known_hosts', () => {
  const name = 'web1.example.org';
  it.each([
    ['its own line', [`${name} <mine>`], {}, 'matches', [`known_hosts:1 (${name})`]],
    ['a comment and a list before it', ['# x', `db1,${name} <mine>`], {}, 'matches', [`known_hosts:2 (${name})`]],
    ['a wildcard', ['*.example.org <mine>'], {}, 'matches', [`known_hosts:1 (${name})`]],
    ['a wildcard that leaves it out', ['*.example.org,!web1.example.org <mine>'], {}, 'unknown', []],
    ['a hashed line', [`${name} <mine>`], { hash: true }, 'matches', [`known_hosts:1 (${name})`]],
    ['the global file', ['db1 <other>'], { global: [`${name} <mine>`] }, 'matches', [`global:1 (${name})`]],
    ['another port', [`[${name}]:2222 <mine>`], {}, 'unknown', []],
    ['that port', [`[${name}]:2222 <mine>`], { port: 2222 }, 'matches', [`known_hosts:1 ([${name}]:2222)`]],
    ['another key', [`${name} <other>`], {}, 'differs', [`known_hosts:1 (${name})`]],
    ['another key of its address', ['10.0.0.1 <other>'], {}, 'differs', ['known_hosts:1 (10.0.0.1)']],
    [
      'a leftover of its address beside its own',
      ['10.0.0.1 <other>', `${name} <mine>`],
      {},
      'matches',
      [`known_hosts:2 (${name})`],
    ],
    [
      'a revocation beside its own',
      [`${name} <mine>`, `@revoked ${name} <mine>`],
      {},
      'revoked',
      [`known_hosts:2 (${name})`],
    ],
    [
      'a revocation of another',
      [`${name} <mine>`, `@revoked ${name} <other>`],
      {},
      'matches',
      [`known_hosts:1 (${name})`],
    ],
    ['an authority alone', [`@cert-authority *.example.org <ca>`], {}, 'unknown', []],
    ['nothing', ['db1 <other>'], {}, 'unknown', []],
  ] as const)('with %s', async (_, lines, o, known, where) => {
    expect(await judge(lines, o)).toEqual({ known, where });
  });

  it('is known by the authority that signed the certificate it was shown with', () => {
    const fingerprint = 'SHA256:mine';
    const ca = { name: 'h', file: 'f', line: 3, marker: 'CA', type: 'ED25519', fingerprint: 'SHA256:ca' };
    const attemptLog = {
      hostKey: { text: '', type: 'ssh-ed25519-cert-v01@openssh.com', fingerprint },
      hostCertificate: { text: '', authority: 'SHA256:ca', id: 'x', valid: 'forever', principals: [] },
    } as unknown as NonNullable<Parameters<typeof hostKeyTable>[0]['attemptLog']>;
    const known = { names: ['h'], files: [], found: [ca], elsewhere: [], scanned: [] };
    expect(hostKeyTable({ attemptLog, knownHosts: known })).toEqual([
      { type: 'ED25519', fingerprint, shown: true, known: 'by-authority', where: ['f:3 (h)'] },
    ]);
  });

  it('is found under the names of other hosts', async () => {
    const path = join(folder, 'elsewhere');
    writeFileSync(path, `db1,10.0.0.9 ${keys['mine']?.line}\ndb2 ${keys['other']?.line}\n`);
    expect(await namesOfKey([{ path, exists: true }], keys['mine']?.fingerprint ?? '')).toEqual([
      { file: path, names: 'db1,10.0.0.9' },
    ]);
  });
});
