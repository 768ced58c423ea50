import { type AuthorizedKey, parseAuthorizedKeys } from '../../facts/access/authorized-keys.ts';
import { hazardsAhead } from '../../facts/advisories.ts';
import { sshdBinary } from '../../facts/binary.ts';
import { files } from '../../facts/files.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { stackOf } from '../../facts/pam/stack.ts';
import { problems } from '../../facts/sshd/check.ts';
import { setting, sshdConfig } from '../../facts/sshd/index.ts';
import type { Level } from '../../knowledge/advisories.ts';
import { BOOKWORM_TOLERANT, PAM_GONE, RELEASES, type Release } from '../../knowledge/distributions.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import { checked, cite, unseen } from './check.ts';

/** What is upgraded to. */
export interface Goal {
  readonly name: string;
  readonly openssh: Level;
  readonly release?: Release;
}

const osOf = (bundle: Bundle): ReadonlyMap<string, string> =>
  new Map(
    (bundle.sections['os']?.text ?? '').split('\n').flatMap((line) => {
      const [, key, value] = /^(\w+)="?([^"]*)"?$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );

const NAMES: Readonly<Record<string, string>> = { debian: 'Debian', ubuntu: 'Ubuntu', rhel: 'RHEL' };

const named = (release: Release): Goal => ({
  name: `${NAMES[release.id] ?? release.id} ${release.version}${release.codename ? ` (${release.codename})` : ''} with OpenSSH ${release.openssh.slice(0, 2).join('.')}`,
  openssh: release.openssh,
  release,
});

/** `10.0`, `9.6p1`, `trixie`, `debian 13`, `13`: a version alone is one of the same distribution. `undefined`: unknown. */
export function goalOf(bundle: Bundle, word: string | undefined): Goal | undefined {
  const os = osOf(bundle);
  const own = RELEASES.filter(({ id }) => id === os.get('ID'));
  if (word === undefined) {
    const at = own.findIndex(({ version }) => version === os.get('VERSION_ID'));
    const next = at < 0 ? undefined : own[at + 1];
    return next && named(next);
  }
  const wanted = word.toLowerCase().trim();
  const found = [...own, ...RELEASES].find(
    ({ id, version, codename }) =>
      [codename, `${id} ${version}`, `${id}${version}`, `${id}-${version}`].includes(wanted) ||
      (wanted === version && id === os.get('ID')),
  );
  if (found) return named(found);
  const [, major, minor, patch = '1'] = /^(?:openssh[ _-]?)?(\d{1,2})\.(\d{1,2})(?:p(\d))?$/.exec(wanted) ?? [];
  return major === undefined
    ? undefined
    : { name: `OpenSSH ${major}.${minor}`, openssh: [Number(major), Number(minor), Number(patch)] };
}

const since = (level: Level, [major, minor]: readonly [number, number]): boolean =>
  level[0] > major || (level[0] === major && level[1] >= minor);

/** The same machine, whose sshd is of that release. */
function withRelease(bundle: Bundle, [major, minor, patch]: Level): Bundle {
  const before = bundle.sections['sshd-binary'];
  if (!before) return bundle;
  const text = before.text.replace(/^version=.*$/m, `version=OpenSSH_${major}.${minor}p${patch}`);
  return { ...bundle, sections: { ...bundle.sections, 'sshd-binary': { ...before, text } } };
}

/** What the new release no longer takes, of what this machine has. */
export function upgradeChecks(bundle: Bundle, goal: Goal): PreflightCheck[] {
  return [
    ...configAfter(bundle, goal),
    ...keysAfter(bundle, goal),
    ...hostKeysAfter(bundle, goal),
    ...pamAfter(bundle, goal),
    ...onTheWay(bundle, goal),
    ...hazards(bundle, goal),
  ];
}

function configAfter(bundle: Bundle, { name, openssh }: Goal): PreflightCheck[] {
  const [now, then] = [sshdConfig.read(bundle), sshdConfig.read(withRelease(bundle, openssh))];
  if (!now.known || !then.known)
    return [
      unseen('config-after', 'sshd_config', {
        section: 'file:/etc/ssh/sshd_config',
        gap: now.known ? 'not-collected' : now.gap,
      }),
    ];
  const before = problems(now.value).map(({ text }) => text);
  const found = problems(then.value).filter(({ text }) => !before.includes(text));
  if (found.length === 0)
    return [checked('config-after', 'good', `Every line of sshd_config is one that ${name} takes.`)];
  return found.map(({ text, directive }) =>
    checked(
      'config-after',
      'bad',
      `${name} refuses ${directive ? `line ${directive.line} of ${directive.file}` : 'sshd_config'} and does not start: ${text}.`,
      {
        evidence: directive ? cite(`file:${directive.file}`, directive.line, directive.text) : [],
        advice: directive ? [`Change that line before the upgrade: ${directive.text.trim()}`] : [],
        cause: 'daemon/config-invalid',
      },
    ),
  );
}

/** Which keys the sshd of a Bundle takes, by their type and size alone (sshd_config(5), RequiredRSASize). */
function keyRules(bundle: Bundle): ((key: AuthorizedKey) => boolean) | undefined {
  const [config, binary] = [sshdConfig.read(bundle), sshdBinary.read(bundle)];
  const release = binary.known ? binary.value?.release : undefined;
  if (!config.known || !release) return undefined;
  const sized = release.major > 9 || (release.major === 9 && release.minor >= 1);
  const least = sized ? Number(setting(config.value, 'requiredrsasize', {}).values[0] ?? 1024) : 0;
  const taken = setting(config.value, 'pubkeyacceptedalgorithms', {}).values[0]?.split(',') ?? [];
  return ({ type, bits }) =>
    type === 'ssh-dss'
      ? release.major < 10 && taken.includes('ssh-dss')
      : type !== 'ssh-rsa' || (bits ?? 4096) >= least;
}

function keysAfter(bundle: Bundle, { name, openssh }: Goal): PreflightCheck[] {
  const [all, before, after] = [files.read(bundle), keyRules(bundle), keyRules(withRelease(bundle, openssh))];
  if (!all.known || !before || !after) return [];
  return [...all.value].flatMap(([path, { status, text }]) => {
    if (status !== 'ok' || !/authorized_keys|\/keys\//.test(path)) return [];
    const keys = parseAuthorizedKeys(text.split('\n')).keys.filter((key) => before(key));
    const lost = keys.filter((key) => !after(key));
    const worst = lost.length === keys.length ? 'bad' : 'caution';
    return lost.map(({ line, type, bits, fingerprint, comment }) =>
      checked(
        'keys-after',
        worst,
        `${name} no longer takes the ${type === 'ssh-dss' ? 'DSA' : `${bits}-bit RSA`} key ${fingerprint} in line ${line} of ${path}${worst === 'bad' ? ', and there is no other one in it' : ''}.`,
        {
          evidence: cite(
            all.value.get(path) ? `file:${path}` : 'files',
            line,
            `${type} ${fingerprint} ${comment}`.trim(),
          ),
          advice: [
            'Have its owner make another one: ssh-keygen -t ed25519',
            `Add it to ${path}, and try it before the upgrade`,
          ],
          cause: type === 'ssh-dss' ? 'auth/key-algorithm-refused' : 'auth/key-too-small',
        },
      ),
    );
  });
}

function hostKeysAfter(bundle: Bundle, { name, openssh }: Goal): PreflightCheck[] {
  const all = hostKeys.read(bundle);
  if (!all.known) return [];
  const usable = all.value.filter(({ fingerprint, trouble }) => fingerprint !== undefined && trouble === undefined);
  const lost = usable.filter(
    ({ type, bits }) =>
      (type === 'DSA' && since(openssh, [10, 0])) ||
      (type === 'RSA' && since(openssh, [9, 1]) && (bits ?? 4096) < 1024),
  );
  return lost.map(({ path, type, line, fingerprint }) =>
    checked(
      'host-keys-after',
      lost.length === usable.length ? 'bad' : 'caution',
      `${name} cannot use the ${type} host key ${path}${lost.length === usable.length ? ', and there is no other one: it does not start' : ': clients that know this one alone are warned'}.`,
      {
        evidence: cite('hostkeys', line, `${path} ${fingerprint}`),
        advice: ['ssh-keygen -A', 'Have clients learn another one beforehand (UpdateHostKeys)'],
        cause: 'daemon/hostkeys-missing',
      },
    ),
  );
}

/** A module that is gone fails the login where its line asks for it (pam.conf(5)); `-` in front or `optional` do not. */
function pamAfter(bundle: Bundle, { name, release }: Goal): PreflightCheck[] {
  const all = files.read(bundle);
  const debian = RELEASES.filter(({ id }) => id === 'debian');
  if (!all.known || release?.id !== 'debian') return [];
  const [from, to] = [
    debian.findIndex(({ version }) => version === osOf(bundle).get('VERSION_ID')),
    debian.indexOf(release),
  ];
  const gone = new Set(
    PAM_GONE.flatMap(({ codename, modules }) => {
      const at = debian.findIndex((one) => one.codename === codename);
      return at > from && at <= to ? modules : [];
    }),
  );
  return (['auth', 'account', 'session'] as const).flatMap((kind) =>
    (stackOf(all.value, 'sshd', kind) ?? []).flatMap((rule) => {
      const lines = rule.substack ?? [rule];
      return lines
        .filter(({ module, text }) => gone.has(module) && !text.trim().startsWith('-'))
        .map(({ module, file, line, text, actions }) => {
          const harmless =
            actions.get('module_unknown') === 'ignore' || (actions.get('default') ?? 'ignore') === 'ignore';
          return checked(
            'pam-after',
            harmless ? 'caution' : 'bad',
            `${name} has no ${module}.so: line ${line} of ${file} ${harmless ? 'only fills the log then' : 'then turns every login away'}.`,
            {
              evidence: cite(`file:${file}`, line, text),
              advice: [`Take line ${line} of ${file} out, or put a dash in front of it`],
              cause: 'auth/pam-module-missing',
            },
          );
        });
    }),
  );
}

/** While the upgrade runs: sshd of bookworm ends when OpenSSL becomes that of trixie, unless it was taught not to. */
function onTheWay(bundle: Bundle, { release }: Goal): PreflightCheck[] {
  const binary = sshdBinary.read(bundle);
  const update = /^1:9\.2p1-2\+deb12u(\d+)/.exec(binary.known ? (binary.value?.package ?? '') : '')?.[1];
  if (release?.codename !== 'trixie' || update === undefined || Number(update) >= BOOKWORM_TOLERANT) return [];
  return [
    checked(
      'on-the-way',
      'bad',
      `While this upgrade runs nobody can log in anew: this OpenSSH (+deb12u${update}) does not work with the OpenSSL of trixie. A connection that breaks then cannot be made again.`,
      {
        evidence: cite('sshd-binary', undefined, binary.known ? (binary.value?.package ?? '') : ''),
        advice: [
          'Upgrade openssh-server within bookworm first (1:9.2p1-2+deb12u7 or newer): apt-get update; apt-get install openssh-server',
          'Run the upgrade in screen or tmux all the same',
        ],
      },
    ),
  ];
}

function hazards(bundle: Bundle, goal: Goal): PreflightCheck[] {
  const binary = sshdBinary.read(bundle);
  if (!binary.known || !binary.value) return [];
  const { version } = binary.value;
  return hazardsAhead(binary.value)
    .filter(({ release }) => since(goal.openssh, [release[0], release[1]]))
    .map(({ release, about }) =>
      checked('hazard', 'caution', `Since OpenSSH ${release[0]}.${release[1]}: ${about}.`, {
        evidence: cite('sshd-binary', undefined, version),
      }),
    );
}
