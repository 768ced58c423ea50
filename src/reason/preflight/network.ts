import { boot, bootUnits } from '../../facts/boot.ts';
import { isLoopback } from '../../facts/listeners.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { PreflightCheck } from '../../model/preflight.ts';
import { checked, cite, unseen } from './check.ts';

/** Units that give the machine its addresses. */
const MANAGERS = [
  'networking.service',
  'NetworkManager.service',
  'systemd-networkd.service',
  'network.service',
  'dhcpcd.service',
  'wicked.service',
];

/** Whether the machine has its addresses again after the boot, as far as files tell. */
export function networkAfter(bundle: Bundle): PreflightCheck[] {
  const [facts, units] = [boot.read(bundle), bootUnits.read(bundle)];
  if (!facts.known)
    return [unseen('network', 'Where the addresses come from', { section: facts.from.section, gap: facts.gap })];
  const { container, addresses } = facts.value;
  if (container)
    return [
      checked('network', 'good', `The network of this machine comes from outside (${container}).`, {
        evidence: cite('boot', facts.value.line('container'), `container=${container}`),
      }),
    ];
  if (!units.known || !units.value)
    return [
      checked('network', 'unknown', 'What configures the network at boot could not be told.', {
        advice: ['Look whether every address of "ip addr" stands in a file'],
      }),
    ];
  const manager = MANAGERS.find((name) => units.value?.get(name)?.file.startsWith('enabled'));
  if (manager === undefined)
    return [
      checked('network', 'unknown', 'No unit is enabled that is known to give the machine its addresses.', {
        advice: [`One of ${MANAGERS.slice(0, 3).join(', ')} is what distributions have`],
      }),
    ];
  const loose = addresses.filter(
    ({ address, dynamic, file }) => !dynamic && file === undefined && !isLoopback(address),
  );
  if (loose.length === 0)
    return [checked('network', 'good', `${manager} is enabled, and every address stands in a file or is leased.`)];
  return loose.map(({ address, line, text }) =>
    checked(
      'network',
      'unknown',
      `No file of a network manager names the address ${address}: it may have been set by hand, and be gone after the reboot.`,
      {
        evidence: cite('boot', line, text),
        advice: ['Find out what sets it, before the reboot: grep -r for it in /etc'],
      },
    ),
  );
}
