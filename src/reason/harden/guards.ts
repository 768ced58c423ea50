import { unitEvidence } from '../../facts/daemon.ts';
import type { Jail } from '../../facts/fail2ban.ts';
import { parseNetwork } from '../../facts/firewall/value.ts';
import { quoted } from '../../facts/sshd/evidence.ts';
import { setting } from '../../facts/sshd/index.ts';
import { atLeast } from '../../knowledge/sshd-keywords.ts';
import type { Check, Want } from '../../model/control.ts';
import type { Evidence } from '../../model/finding.ts';
import type { Judged } from '../../model/hardening.ts';
import { type Given, unseen } from './given.ts';
import { judgeSetting } from './settings.ts';
import { meets } from './want.ts';

const ofSsh = ({ name }: Jail): boolean => /ssh/i.test(name);

function said({ name, lines }: Jail, what: string, text: string): Evidence {
  const line = lines.get(what);
  return { side: 'server', section: 'fail2ban', ...(line !== undefined && { line }), text: `${name} ${what}: ${text}` };
}

/** A service that watches the log, or sshd itself. */
export function judgeGuard({ fail2ban, units, running }: Given): readonly Judged[] {
  const jail = fail2ban.known ? fail2ban.value?.find(ofSsh) : undefined;
  if (jail) {
    const evidence = [said(jail, 'bantime', `${jail.banTime ?? '?'}`)];
    return [{ status: 'pass', now: `fail2ban, jail ${jail.name}`, evidence }];
  }
  const unit = (name: string) => {
    const found = units.known ? units.value?.get(name) : undefined;
    return found?.active === 'active' ? found : undefined;
  };
  const other = unit('sshguard.service') ?? unit('crowdsec.service');
  if (other)
    return [{ status: 'pass', now: other.id.replace('.service', ''), evidence: unitEvidence(other, 'ActiveState') }];
  if (running.known) {
    const { config } = running.value;
    const penalties = setting(config, 'persourcepenalties', {});
    if (
      config.release &&
      atLeast(config.release, [9, 8]) &&
      penalties.values[0] !== 'no' &&
      penalties.values[0] !== 'enabled:no'
    )
      return [{ status: 'pass', now: 'PerSourcePenalties of sshd', evidence: penalties.from.map(quoted) }];
  }
  if (!fail2ban.known) {
    const runs = unit('fail2ban.service');
    const because = runs ? { detail: 'fail2ban runs, but what its jails are was not seen' } : {};
    return [{ ...unseen(fail2ban), ...because, evidence: runs ? unitEvidence(runs, 'ActiveState') : [] }];
  }
  if (!running.known) return [unseen(running)];
  const passwords = ['passwordauthentication', 'kbdinteractiveauthentication'].flatMap((keyword) =>
    judgeSetting(running.value, keyword, { is: ['no'] }),
  );
  if (passwords.every(({ status }) => status === 'pass'))
    return [
      {
        status: 'pass',
        now: 'no password to guess',
        evidence: passwords.flatMap(({ evidence }) => evidence),
      },
    ];
  const steps = [
    'Install fail2ban, which has a jail for sshd (on Debian switched on from the start), or switch passwords off.',
  ];
  return [{ status: 'fail', now: 'nothing', evidence: [], repair: { kind: 'manual', steps } }];
}

/** How many addresses a word of `ignoreip` stands for; loopback counts for none, a name for one. */
function width(word: string): number {
  if (/^(?:127\.|::1)/.test(word)) return 0;
  const network = parseNetwork(word);
  if (!network || !('low' in network)) return 1;
  const size = Number(network.high) - Number(network.low) + 1;
  // A /64 of IPv6 is one site, as a /16 of IPv4 is at most.
  return word.includes(':') ? size / 2 ** 48 : size;
}

function judgeIgnored(jail: Jail, want: Want): Judged {
  const wide = jail.ignores.filter((word) => !meets(want, [String(width(word))]));
  const evidence = [said(jail, 'ignoreip', jail.ignores.join(' ') || 'none')];
  const now = jail.ignores.join(' ') || 'none';
  if (wide.length === 0) return { status: 'pass', subject: jail.name, now, evidence };
  return {
    status: 'fail',
    subject: jail.name,
    now: wide.join(' '),
    evidence,
    repair: {
      kind: 'manual',
      steps: [`Name narrower networks in ignoreip of [${jail.name}] in /etc/fail2ban/jail.local.`],
    },
  };
}

/** One setting of each jail of ssh. */
export function judgeFail2ban(
  { fail2ban }: Given,
  of: Extract<Check, { kind: 'fail2ban' }>['of'],
  want: Want,
): readonly Judged[] {
  if (!fail2ban.known) return [unseen(fail2ban)];
  const jails = (fail2ban.value ?? []).filter(ofSsh);
  if (jails.length === 0)
    return [{ status: 'not-applicable', detail: 'fail2ban does not guard ssh here', evidence: [] }];
  return jails.map((jail): Judged => {
    if (of === 'ignoreip') return judgeIgnored(jail, want);
    const value = { bantime: jail.banTime, findtime: jail.findTime, maxretry: jail.maxRetry }[of];
    if (value === undefined)
      return { status: 'unknown', subject: jail.name, evidence: [], gap: { gap: 'unparsable', section: 'fail2ban' } };
    // A ban for ever is -1.
    const ok = meets(want, [String(value)]) || (of === 'bantime' && value < 0);
    const base = { subject: jail.name, now: String(value), evidence: [said(jail, of, String(value))] };
    if (ok) return { ...base, status: 'pass' };
    const bound = 'atLeast' in want || 'atMost' in want ? (of === 'maxretry' ? want.atMost : want.atLeast) : undefined;
    const steps = [
      `Set ${of} = ${bound ?? ''} under [${jail.name}] in /etc/fail2ban/jail.local, then: fail2ban-client reload ${jail.name}`,
    ];
    return { ...base, status: 'fail', repair: { kind: 'manual', steps } };
  });
}
