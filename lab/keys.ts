import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SSHWHY } from './ask.ts';
import { type Ran, run } from './command.ts';
import { tryFleetKeys } from './fleet-keys.ts';
import type { Lab } from './host.ts';
import { tryRevoke, tryRotate } from './keys-change.ts';
import { door, withManyKeys } from './many-keys.ts';
import type { Outcome } from './trial.ts';

/** A trial of `sshwhy keys`. */
export interface KeysTrial {
  readonly name: string;
  try(lab: Lab, fixture?: string): Promise<Outcome>;
}

export const sshwhyKeys = (lab: Lab, args: readonly string[]): Promise<Ran> =>
  run([...SSHWHY, 'keys', ...args, '--on', door(lab)], { timeoutMs: 60_000 });

/** Of the log only files are left, of which the older is packed; then alice comes once more. */
const ROTATE = `
systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald 2>/dev/null || true
rm -rf /run/log/journal /var/log/journal
cp /var/log/auth.log /var/log/auth.log.1; gzip /var/log/auth.log.1; rm /var/log/auth.log
head -c 0 /dev/null >/var/log/auth.log
printf '%s web1 sshd[4242]: Accepted publickey for alice from 192.0.2.7 port 4242 ssh2: %s\\n' \
  "$(date '+%b %e %H:%M:%S')" "ED25519 $(ssh-keygen -l -f /keys/alice.pub | cut -d ' ' -f 2)" >>/var/log/auth.log`;

interface Told {
  readonly hosts: readonly {
    readonly grants: readonly {
      readonly account: string;
      readonly fingerprint: string;
      readonly standing: string;
      readonly authority: boolean;
      readonly seen: string;
      readonly lastLogin?: { readonly from: string; readonly times: number };
      readonly options: readonly { readonly name: string; readonly value: string }[];
    }[];
    readonly log: { readonly sources: readonly string[] };
    readonly certificates: readonly { readonly source: string; readonly id: string }[];
    readonly blind: readonly { readonly what: string; readonly why: string }[];
  }[];
}

/** What is listed as open is what sshd lets in, key by key and account by account; and the log says so afterwards. */
async function tryList(lab: Lab, fixture?: string): Promise<Outcome> {
  const { real, problem } = await withManyKeys(lab);
  if (problem !== undefined) return { problems: [problem], seen: {} };
  const ran = await sshwhyKeys(lab, ['list', '--json']);
  if (ran.code !== 0) return { problems: [`keys list: exit ${ran.code}: ${ran.stderr}`], seen: {} };
  const problems: string[] = [];
  const [host] = (JSON.parse(ran.stdout) as Told).hosts;
  if (real.size < 10) problems.push(`only ${real.size} logins work`);
  const listed = (host?.grants ?? []).filter(
    ({ authority, options }) => !authority && !options.some(({ value }) => value === '192.0.2.1'),
  );
  const open = new Set(
    listed.filter(({ standing }) => standing === 'open').map(({ account, fingerprint }) => `${account} ${fingerprint}`),
  );
  for (const one of real) if (!open.has(one)) problems.push(`sshd lets ${one} in, and it is not listed as open`);
  for (const one of open) {
    // Nobody has the stick.
    const grant = listed.find(({ account, fingerprint }) => `${account} ${fingerprint}` === one);
    const stick = grant?.options.some(({ name }) => name === 'no-touch-required');
    if (!real.has(one) && !stick) problems.push(`${one} is listed as open, and sshd does not let it in`);
  }
  for (const { account, fingerprint, seen } of listed) {
    const used = real.has(`${account} ${fingerprint}`);
    if ((seen === 'seen') !== used)
      problems.push(`${account} ${fingerprint}: ${seen}, and it was ${used ? '' : 'not '}used`);
  }
  if (!host?.certificates.some(({ source, id }) => source === 'log' && id === 'alice-laptop'))
    problems.push('the certificate that was used is not listed');
  for (const { what, why } of host?.blind ?? []) problems.push(`blind: ${what}: ${why}`);
  const bundle = await run([...SSHWHY, 'collect', '--keys', '--on', door(lab)], { timeoutMs: 60_000 });
  if (/PRIVATE KEY|b3BlbnNzaC1rZXk/.test(bundle.stdout)) problems.push('a private key is in the bundle');
  if (fixture !== undefined && problems.length === 0) {
    mkdirSync(join(fixture, '..'), { recursive: true });
    writeFileSync(fixture, bundle.stdout);
  }
  problems.push(...(await tryRotated(lab, host)));
  return { problems, seen: {} };
}

async function tryRotated(lab: Lab, before: Told['hosts'][number] | undefined): Promise<string[]> {
  const rotated = await lab.host.run(`set -e${ROTATE}`, { timeoutMs: 30_000 });
  if (rotated.code !== 0) return [`rotate: ${rotated.stderr}`];
  const ran = await sshwhyKeys(lab, ['list', '--json']);
  if (ran.code !== 0) return [`keys list, log rotated: exit ${ran.code}: ${ran.stderr}`];
  const [after] = (JSON.parse(ran.stdout) as Told).hosts;
  if (after?.log.sources.join() !== '/var/log/auth.log') return [`log: ${after?.log.sources.join()}`];
  return (before?.grants ?? []).flatMap((grant, at) => {
    const now = after.grants[at];
    const again =
      grant.account === 'alice' &&
      grant.fingerprint === before?.grants.find(({ account }) => account === 'alice')?.fingerprint;
    const times = (grant.lastLogin?.times ?? 0) + (again ? 1 : 0);
    const from = again ? '192.0.2.7' : grant.lastLogin?.from;
    return now?.lastLogin?.times === (times || undefined) && now?.lastLogin?.from === from
      ? []
      : [
          `log rotated: ${grant.account} ${grant.fingerprint}: ${JSON.stringify(now?.lastLogin)}, not ${times} times, last from ${from}`,
        ];
  });
}

export const keysTrials: readonly KeysTrial[] = [
  { name: 'list', try: tryList },
  { name: 'fleet', try: tryFleetKeys },
  { name: 'rotate', try: tryRotate },
  { name: 'revoke', try: tryRevoke },
];
