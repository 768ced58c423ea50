import { sshdTest } from '../../facts/sshd-test.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Cause } from '../../model/cause.ts';
import { commandsOf } from '../../model/change.ts';
import type { Finding } from '../../model/finding.ts';
import { type CauseId, gateOf } from '../../model/gate.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import type { ReportedGate } from '../../model/report.ts';
import { conclude } from '../conclude.ts';
import { checked, cite, unseen } from './check.ts';

/** What keeps sshd from coming back, whether it shows yet or not. */
const STOPS: ReadonlySet<CauseId> = new Set<CauseId>([
  'daemon/not-installed',
  'daemon/config-invalid',
  'daemon/config-unreadable',
  'daemon/hostkeys-missing',
  'daemon/port-in-use',
  'daemon/privsep-dir-missing',
  'daemon/privsep-dir-perms',
  'daemon/privsep-user-missing',
  'daemon/library-mismatch',
  'daemon/listen-address-absent',
  'daemon/listen-family',
  'daemon/session-binary-missing',
  'daemon/selinux-port',
  'daemon/sandbox-kill',
  'daemon/socket-activation-port',
  'host/disk-full',
  'host/inodes-full',
  'host/boot-incomplete',
  'auth/nologin',
]);
/** Bad as well, but with keys or files that are left sshd starts. */
const PARTLY: ReadonlySet<CauseId> = new Set<CauseId>(['daemon/hostkey-corrupt', 'daemon/hostkey-perms']);
/** Nobody has logged in under what will count after the boot. */
const UNTRIED: ReadonlySet<CauseId> = new Set<CauseId>(['daemon/config-not-loaded', 'daemon/stale-after-upgrade']);
const OF_LOGIN = new Set(['admission', 'auth', 'session']);
/** Transient: a boot ends it. */
const ENDS: ReadonlySet<CauseId> = new Set<CauseId>([
  'admission/fail2ban-ban',
  'admission/per-source-penalty',
  'admission/max-startups',
  'admission/per-source-max-startups',
  'admission/ban-by-other',
  'auth/pam-faillock',
]);

/** Causes that are there already and will still be there after the boot. `bundle`: as it will be then (atBoot). */
export function faults(causes: readonly Cause[], bundle: Bundle, attempt: Attempt): PreflightCheck[] {
  const { findings, gates } = conclude(causes, bundle, attempt);
  const found = findings.flatMap((finding): PreflightCheck[] => {
    const outcome = outcomeOf(finding, attempt);
    return outcome
      ? [
          checked(finding.id, outcome, finding.text, {
            evidence: finding.evidence,
            advice: adviceOf(finding),
            cause: finding.id,
          }),
        ]
      : [];
  });
  return [...configCheck(bundle, found), ...found, ...loginCheck(gates, attempt)];
}

/** Whether the asked login would be let in by what the files say; what closes it is told by its cause. */
function loginCheck(gates: readonly ReportedGate[], { user, from, keys }: Attempt): PreflightCheck[] {
  const auth = gates.find(({ gate }) => gate === 'auth');
  if (user === undefined || !auth || auth.outcome === 'closed') return [];
  if (auth.outcome === 'open') return [checked('login', 'good', `${user} would be let in: ${auth.detail}`)];
  const more = [...(keys ? [] : ['--key FILE.pub']), ...(from === undefined ? ['--from ADDRESS'] : [])].join(' ');
  return [
    checked('login', 'unknown', `Whether ${user} would be let in cannot be told: ${auth.detail}`, {
      advice: [more === '' ? 'Look on the machine, as root' : `Ask with ${more}`],
    }),
  ];
}

function outcomeOf({ id, role, verdict }: Finding, attempt: Attempt): PreflightCheck['outcome'] | undefined {
  if (UNTRIED.has(id)) return id === 'daemon/stale-after-upgrade' ? 'caution' : 'unknown';
  if (verdict === 'possible') return undefined;
  if (STOPS.has(id)) return 'bad';
  if (PARTLY.has(id)) return 'caution';
  const login = attempt.user !== undefined && OF_LOGIN.has(gateOf(id)) && !ENDS.has(id);
  return login && (role === 'blocking' || role === 'consequence') ? 'bad' : undefined;
}

const adviceOf = ({ fix }: Finding): readonly string[] =>
  fix === undefined ? [] : 'refuse' in fix ? fix.manual : fix.changes.flatMap(commandsOf);

/** sshd's own word on its files, whatever the causes make of it. */
function configCheck(bundle: Bundle, found: readonly PreflightCheck[]): PreflightCheck[] {
  const test = sshdTest.read(bundle);
  if (!test.known)
    return [unseen('config', 'What sshd says of its configuration', { section: test.from.section, gap: test.gap })];
  if (test.value === null) return [];
  if (test.value.rc === 0)
    return [checked('config', 'good', 'sshd accepts its configuration and has a host key (sshd -t).')];
  if (found.some(({ outcome }) => outcome === 'bad')) return [];
  // The unit makes /run/sshd before it starts sshd; a look at a machine without it sees this alone.
  const own = test.value.complaints.filter(({ text }) => !/^Missing privilege separation directory/.test(text));
  if (own.length === 0)
    return [
      checked(
        'config',
        'unknown',
        'sshd -t stops at its missing folder in /run, so what it makes of the configuration was not seen.',
        { advice: ['install -d -m 0755 /run/sshd; sshd -t'] },
      ),
    ];
  const [first] = own;
  return [
    checked('config', 'bad', `sshd refuses to start: ${first?.text ?? `exit status ${test.value.rc}`}.`, {
      evidence: own.flatMap(({ line, text }) => cite('sshd-test', line, text)),
      advice: ['sshd -t must say nothing'],
    }),
  ];
}
