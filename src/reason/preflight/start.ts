import { boot, bootUnits } from '../../facts/boot.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import type { Unit, Units } from '../../facts/units.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { Evidence } from '../../model/finding.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import { checked, cite, unseen } from './check.ts';

const STARTS = new Set(['enabled', 'linked', 'alias', 'generated', 'indirect']);
/** Links of these are in /run, which is empty after a boot. */
const THIS_BOOT_ALONE = new Set(['enabled-runtime', 'linked-runtime', 'masked-runtime']);
/** Targets from which everything is started; the others end in a shell on the console. */
const WHOLE = new Set(['multi-user.target', 'graphical.target']);

const said = (unit: Unit, ...names: readonly string[]): Evidence[] =>
  names.flatMap((name) => cite('boot-units', unit.line(name), `${unit.id}: ${name}=${unit.property(name)}`));

const there = (all: Units, names: readonly string[]): Unit | undefined =>
  names.map((name) => all.get(name)).find((unit) => unit !== undefined && unit.load !== 'not-found');

/** Whether a unit starts sshd, or takes its connections, at the next boot. */
export function startsAtBoot(bundle: Bundle): PreflightCheck[] {
  const units = bootUnits.read(bundle);
  if (!units.known)
    return [unseen('start', 'Whether sshd starts at boot', { section: units.from.section, gap: units.gap })];
  if (units.value === null)
    return [
      checked('start', 'unknown', 'This machine does not run systemd: what starts sshd at boot cannot be told.', {
        advice: ['Look whether its init starts sshd: /etc/rc?.d, rc-update show, or the entry point of the container'],
      }),
    ];
  return [unitCheck(bundle, units.value), ...placeChecks(bundle, units.value)];
}

function unitCheck(bundle: Bundle, all: Units): PreflightCheck {
  const service = there(all, ['ssh.service', 'sshd.service']);
  const socket = there(all, ['ssh.socket', 'sshd.socket']);
  const state = daemon.read(bundle);
  const unit = state.known ? unitName(state.value) : 'ssh';
  if (service?.load === 'masked' || service?.file === 'masked')
    return checked('start', 'bad', `The unit ${service.id} is masked: nothing can start sshd at boot.`, {
      evidence: said(service, 'LoadState', 'UnitFileState'),
      advice: [`systemctl unmask ${unit}`, `systemctl enable ${unit}`],
      cause: 'daemon/masked',
    });
  for (const one of [socket, service])
    if (one && STARTS.has(one.file)) {
      const by = one === socket ? 'for each connection, or the first one, by systemd' : 'at boot';
      // A unit of [Install] WantedBy= nothing that is reached is enabled, and starts all the same nowhere.
      const wanted = one.property('WantedBy');
      if (wanted === '' && one.file === 'enabled')
        return checked('start', 'unknown', `${one.id} is enabled, but no target that systemd has loaded wants it.`, {
          evidence: said(one, 'UnitFileState', 'WantedBy'),
          advice: [`systemctl reenable ${one.id}`],
        });
      return checked('start', 'good', `${one.id} is enabled: sshd is started ${by}.`, {
        evidence: said(one, 'UnitFileState'),
      });
    }
  if (!service && !socket)
    return checked('start', 'unknown', 'No unit of systemd is known that starts sshd.', {
      advice: ['Find out what starts it: systemctl status $(pgrep -o sshd)'],
    });
  const one = service ?? socket;
  const lost = one && THIS_BOOT_ALONE.has(one.file);
  const how = lost ? `is enabled only until the next boot (${one.file})` : `is not enabled (${one?.file || 'unknown'})`;
  const outcome = one?.file === 'static' || one?.file === '' ? 'unknown' : 'bad';
  return checked('start', outcome, `${one?.id} ${how}: after the reboot nothing starts sshd.`, {
    evidence: one ? said(one, 'UnitFileState', 'WantedBy', 'ActiveState') : [],
    // A unit that runs is not to be given an alias: src/causes/daemon/not-enabled.ts.
    advice: [
      service?.active === 'active' ? `systemctl add-wants multi-user.target ${unit}` : `systemctl enable ${unit}`,
    ],
    cause: 'daemon/not-enabled',
  });
}

function placeChecks(bundle: Bundle, all: Units): PreflightCheck[] {
  const found: PreflightCheck[] = [];
  const facts = boot.read(bundle);
  if (!facts.known)
    return [unseen('target', 'Into what the machine boots', { section: facts.from.section, gap: facts.gap })];
  const { target, notToBeRun, line, tmpfiles } = facts.value;
  const seen = (key: string, text: string): Evidence[] => cite('boot', line(key), text);
  if (target === undefined)
    found.push(
      checked('target', 'unknown', 'Into which target systemd boots could not be asked.', {
        advice: ['systemctl get-default'],
      }),
    );
  else if (WHOLE.has(target))
    found.push(
      checked('target', 'good', `The machine boots into ${target}.`, { evidence: seen('target', `target=${target}`) }),
    );
  else {
    const console = /^(rescue|emergency|poweroff|halt|reboot|kexec|runlevel[016])\.target$/.test(target);
    found.push(
      checked(
        'target',
        console ? 'bad' : 'unknown',
        `The machine boots into ${target}${console ? ', in which sshd is not started' : ', of which is not known whether it starts sshd'}.`,
        {
          evidence: seen('target', `target=${target}`),
          advice: ['systemctl set-default multi-user.target'],
        },
      ),
    );
  }
  if (notToBeRun)
    found.push(
      checked('condition', 'bad', 'The file /etc/ssh/sshd_not_to_be_run keeps the unit from starting sshd.', {
        evidence: seen('not-to-be-run', '/etc/ssh/sshd_not_to_be_run'),
        advice: ['rm /etc/ssh/sshd_not_to_be_run'],
      }),
    );
  const service = there(all, ['ssh.service', 'sshd.service']);
  // Debian's sshd is built for /run/sshd; elsewhere the folder is part of the package.
  const debian =
    bundle.sections['paths']?.text.includes('\t/run/sshd') === true &&
    /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(bundle.sections['os']?.text ?? '');
  const makes = (service?.property('RuntimeDirectory') ?? '').split(' ').includes('sshd');
  if (debian && service && service.load === 'loaded' && !makes && tmpfiles === undefined)
    found.push(
      checked(
        'privsep',
        'bad',
        `/run is empty after a boot, and nothing makes /run/sshd: ${service.id} has no RuntimeDirectory=sshd. sshd does not start without it.`,
        {
          evidence: said(service, 'RuntimeDirectory', 'FragmentPath'),
          advice: [`systemctl edit ${service.id}, and add: [Service] RuntimeDirectory=sshd`],
          cause: 'daemon/privsep-dir-missing',
        },
      ),
    );
  return found;
}
