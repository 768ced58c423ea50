import { inNetwork } from '../../facts/access/patterns.ts';
import { unitEvidence } from '../../facts/daemon.ts';
import { sshService, type Unit, units } from '../../facts/units.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly from: string;
  readonly unit: string;
}

const list = (unit: Unit, property: string): readonly string[] =>
  (unit.property(property) ?? '').split(' ').filter((word) => word !== '');

const holds = (networks: readonly string[], address: string): boolean =>
  networks.some((network) => inNetwork(address, network) === true);

export const cause = defineCause<Data>({
  id: 'firewall/systemd-ip-deny',
  severity: 'blocks',
  title: 'systemd keeps the address away from sshd (IPAddressDeny)',
  why: 'IPAddressDeny and IPAddressAllow on ssh.service, or on a slice above it, drop packets of the service by a program in the kernel (BPF). No table of nft or iptables shows it: the connection times out while every ruleset accepts. An address that IPAddressAllow holds as well is let through.',
  unshown: 'the kernel gives no BPF to containers, and systemd then says that the setting is without effect',
  refs: ['systemd.resource-control(5), IPAddressAllow, IPAddressDeny'],
  proofs: [
    proof({
      needs: { units },
      check({ units: all }, { from }) {
        const service = all ? sshService(all) : undefined;
        if (!all || !service || from === undefined) return [];
        const above = ['system.slice'].flatMap((name) => all.get(name) ?? []);
        const path = [service, ...above];
        // Each of them is asked about an address; one that allows it does not make up for another that denies it.
        const denies = path.filter(
          (unit) => holds(list(unit, 'IPAddressDeny'), from) && !holds(list(unit, 'IPAddressAllow'), from),
        );
        return denies.slice(0, 1).map((unit) => ({
          data: { from, unit: unit.id },
          subject: unit.id,
          // Where the kernel lends no BPF it is without effect.
          verdict: 'likely',
          evidence: unitEvidence(unit, 'IPAddressDeny', 'IPAddressAllow'),
        }));
      },
    }),
  ],
  says: ({ from, unit }) => `systemd drops the packets of ${from}: IPAddressDeny of ${unit} holds the address.`,
  masks: ['firewall/path-filtered'],
  remedy: ({ from, unit }) => ({
    summary: 'allow this one address until the next boot (systemctl edit keeps it for good)',
    risk: 'safe',
    where: 'server',
    changes: [
      command(`systemctl set-property --runtime ${shellQuote(unit)} IPAddressAllow=${shellQuote(from)}`, [
        `rm -f ${shellQuote(`/run/systemd/system.control/${unit}.d/50-IPAddressAllow.conf`)}`,
        'systemctl daemon-reload',
      ]),
    ],
  }),
});
