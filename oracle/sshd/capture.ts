/**
 * Writes what the sshd of each suite takes for granted: its defaults and the algorithms it knows.
 * `npx tsx oracle/sshd/capture.ts` after a new suite or a new package in the lab's base trees.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { SUITES } from '../../lab/seed.ts';
import { chrooted } from './real.ts';

const QUERIES = {
  ciphers: 'cipher',
  macs: 'mac',
  kex: 'kex',
  keys: 'key-sig',
  signatures: 'sig',
  gss: 'kex-gss',
} as const;

const releases = [];
for (const suite of SUITES) {
  const sshd = await chrooted(suite);
  const dump = (await sshd.run('sshd -T -f /tmp/empty -C user=root,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=22'))
    .stdout;
  const version = /OpenSSH_(\d+)\.(\d+)\S*/.exec((await sshd.run('ssh -V')).stderr);
  const defaults: Record<string, string[]> = {};
  for (const line of dump.trim().split('\n')) {
    const [keyword = '', ...rest] = line.split(' ');
    // These follow from other keywords.
    if (keyword !== 'listenaddress') (defaults[keyword] ??= []).push(rest.join(' '));
  }
  const algorithms: Record<string, string> = {};
  for (const [name, query] of Object.entries(QUERIES))
    algorithms[name] = (await sshd.run(`ssh -Q ${query}`)).stdout.trim().replaceAll('\n', ',');
  releases.push({ release: [Number(version?.[1]), Number(version?.[2])], defaults, algorithms });
  await sshd.close();
}

const out = path.join(import.meta.dirname, '../../src/knowledge/sshd-releases.json');
writeFileSync(out, `${JSON.stringify({ releases }, null, 2)}\n`);
