import { boot, bootUnits } from '../../facts/boot.ts';
import { daemon } from '../../facts/daemon.ts';
import { file } from '../../facts/files.ts';
import { isLoopback } from '../../facts/listeners.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { listenAddresses, sshdConfig } from '../../facts/sshd/index.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import { checked, cite, unseen } from './check.ts';

const SSH_DEFAULTS = file('/etc/default/ssh');

/** Ports on which sshd will wait after the boot; `undefined` when that cannot be told. */
export function portsAfter(bundle: Bundle): readonly number[] | undefined {
  const [config, units, state] = [sshdConfig.read(bundle), bootUnits.read(bundle), daemon.read(bundle)];
  if (!config.known || !state.known) return undefined;
  const socket = state.value.socket;
  const started = units.known && units.value ? units.value.get(socket?.id ?? '') : undefined;
  if (socket && (started?.file ?? socket.file) === 'enabled') return state.value.socketPorts;
  return [...new Set(listenAddresses(config.value).map(({ port }) => port))];
}

/** Whether sshd will wait where it waits now. */
export function listensAgain(bundle: Bundle, attempt: Attempt): PreflightCheck[] {
  const state = daemon.read(bundle);
  if (!state.known) return [unseen('port', 'Where sshd listens', { section: state.from.section, gap: state.gap })];
  const after = portsAfter(bundle);
  if (!after)
    return [
      checked('port', 'unknown', 'On which ports sshd will listen could not be told: its configuration was not read.', {
        advice: ['look as root'],
      }),
    ];
  const own = ownOptions(bundle);
  if (own) return [own];
  const { listening } = state.value;
  const now = [...new Set(listening.map(({ port }) => port))];
  const lost = (attempt.port === undefined ? now : [attempt.port]).filter((port) => !after.includes(port));
  const here = listening.filter(({ port }) => lost.includes(port));
  const found: PreflightCheck[] = [];
  if (lost.length > 0)
    found.push(
      checked(
        'port',
        'bad',
        `After the reboot sshd will listen on port ${after.join(', ') || 'none'}, not on ${lost.join(', ')}${here.length > 0 ? ' as it does now' : ''}.`,
        {
          evidence: here.flatMap(({ line, text }) => cite('listeners', line, text)),
          advice: [
            `Either add "Port ${lost[0]}" to sshd_config, or log in once on port ${after[0]} before the reboot: sshwhy server --port ${after[0]}`,
          ],
        },
      ),
    );
  else if (now.length > 0)
    found.push(checked('port', 'good', `sshd will listen on port ${after.join(', ')}, as it does now.`));
  found.push(...rivals(bundle, after), ...late(bundle));
  return found;
}

/** Options of the command line win over the files; those of the unit are the ones of the next boot. */
function ownOptions(bundle: Bundle): PreflightCheck | undefined {
  const [running, defaults] = [processes.read(bundle), SSH_DEFAULTS.read(bundle)];
  if (!running.known) return undefined;
  const listener = sshdListener(running.value);
  const args = listener?.process.args ?? '';
  const given = args.replace(/^sshd: \S+/, '').replace(/ \[listener\] .*$/, '');
  if (!listener) return undefined;
  const wanted =
    defaults.known && defaults.value
      ? defaults.value.map((line) => /^SSHD_OPTS=["']?([^"']*)/.exec(line)?.[1]).findLast((one) => one !== undefined)
      : undefined;
  const [now, then] = [given.trim().replace(/^-D ?/, ''), (wanted ?? '').trim()];
  const deciding = (text: string): string =>
    text
      .split(/ (?=-)/)
      .filter((one) => /^-[pfo]/.test(one))
      .join(' ');
  if (deciding(now) === deciding(then)) return undefined;
  return checked(
    'port',
    'unknown',
    `The running sshd was started with "${now || 'no options'}", but the unit will start it with "${then || 'no options'}".`,
    {
      evidence: cite('processes', listener.process.line, args),
      advice: ['Start sshd by its unit now, and log in once: systemctl restart ssh'],
    },
  );
}

/** Other units that are started at boot for the same port. */
function rivals(bundle: Bundle, after: readonly number[]): PreflightCheck[] {
  const units = bootUnits.read(bundle);
  if (!units.known || !units.value) return [];
  return ['dropbear.socket', 'tinysshd.socket'].flatMap((name) => {
    const unit = units.value?.get(name);
    const port = after.find((one) =>
      new RegExp(`(?:^|[:\\s])${one} \\(Stream\\)`).test(unit?.property('Listen') ?? ''),
    );
    if (unit?.file !== 'enabled' || unit.load !== 'loaded' || port === undefined) return [];
    return [
      checked('rival', 'bad', `${name} is enabled for port ${port}, too: at boot only one of the two gets it.`, {
        evidence: cite('boot-units', unit.line('UnitFileState'), `${name}: UnitFileState=enabled`),
        advice: [`systemctl disable ${name}, or give one of them another port`],
        cause: 'daemon/port-in-use',
      }),
    ];
  });
}

/** Addresses that need not be there yet when sshd starts: it ends with 255 when it can bind none, and the unit lets it lie. */
function late(bundle: Bundle): PreflightCheck[] {
  const [config, facts, units, state] = [
    sshdConfig.read(bundle),
    boot.read(bundle),
    bootUnits.read(bundle),
    daemon.read(bundle),
  ];
  if (!config.known || !state.known || state.value.socketPorts.length > 0) return [];
  const all = listenAddresses(config.value);
  const named = all.filter(
    ({ address, directive }) => directive && !['0.0.0.0', '::', '*'].includes(address) && !isLoopback(address),
  );
  const [first] = named;
  if (!first?.directive || named.length < all.length || !facts.known || facts.value.nonlocalBind) return [];
  const unit =
    units.known && units.value ? (units.value.get('ssh.service') ?? units.value.get('sshd.service')) : undefined;
  const waits = (unit?.property('After') ?? '').split(' ').includes('network-online.target');
  const { file: path, line, text } = first.directive;
  const evidence = cite(`file:${path}`, line, text);
  const source = facts.value.addresses.find(({ address }) => address === first.address);
  // ifupdown sets addresses of /etc/network/interfaces before network.target is reached.
  const early = source && !source.dynamic && source.file?.startsWith('/etc/network/');
  if (waits || early)
    return [
      checked('listen-address', 'good', `${first.address}, on which alone sshd listens, is there before sshd starts.`, {
        evidence,
      }),
    ];
  return [
    checked(
      'listen-address',
      'unknown',
      `sshd listens on ${first.address} alone, and nothing makes it wait for that address: if it comes late, sshd ends and is not started again.`,
      {
        evidence,
        advice: [
          `systemctl edit ${unit?.id ?? 'ssh.service'}, and add: [Unit] Wants=network-online.target After=network-online.target`,
          'or take ListenAddress out, or: sysctl -w net.ipv4.ip_nonlocal_bind=1 (and in /etc/sysctl.d)',
        ],
        cause: 'daemon/listen-address-absent',
      },
    ),
  ];
}
