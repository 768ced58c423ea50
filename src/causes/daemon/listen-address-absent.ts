import { addresses } from '../../facts/addresses.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { type Directive, listenAddresses, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, restart, startAnew } from '../../model/change.ts';

interface Data {
  readonly address: string;
  readonly line: Directive;
  readonly unit: string;
  readonly only: boolean;
}

export const cause = defineCause<Data>({
  id: 'daemon/listen-address-absent',
  severity: 'blocks',
  title: 'sshd is to listen on an address that the machine does not have',
  why: 'ListenAddress names an address that is on no interface: it changed, belongs to another machine from which the file was copied, or comes up later than sshd at boot. sshd logs "Cannot assign requested address", and with no other address it ends.',
  refs: ['sshd_config(5), ListenAddress', 'bind(2), EADDRNOTAVAIL'],
  proofs: [
    proof({
      needs: { sshdConfig, addresses, daemon },
      check({ sshdConfig: config, addresses: own, daemon: state }) {
        const lines = new Set(listenAddresses(config).map(({ directive }) => directive));
        return listenAddresses(config).flatMap(({ address, directive }) => {
          // One finding for a line, however many ports it stands for. Names are resolved by sshd; a wildcard is always there.
          if (!directive || !lines.delete(directive)) return [];
          if (!/^[\d.]+$|:/.test(address) || /^(0\.0\.0\.0|::)$/.test(address) || own.has(address)) return [];
          const only = state.listening.length === 0;
          const data = { address, line: directive, unit: unitName(state), only };
          const section = `file:${directive.file}`;
          const evidence = [
            { side: 'server', section, line: directive.line, text: directive.text } as const,
            { side: 'server', section: 'addresses', text: `${address} is on no interface` } as const,
          ];
          const observed = { data, subject: address, verdict: 'confirmed', evidence } as const;
          return [only ? observed : { ...observed, latent: true as const }];
        });
      },
    }),
  ],
  says: ({ address, line, only }) =>
    `Line ${line.line} of ${line.file} tells sshd to listen on ${address}, which this machine does not have${only ? ', so sshd listens nowhere' : ''}.`,
  masks: ['daemon/not-running', 'daemon/start-limit-hit'],
  remedy: ({ address, line, unit, only }) => ({
    summary: `comment that line out, so that sshd no longer asks for ${address}; without another ListenAddress it then listens on every address`,
    risk: only ? 'safe' : 'interrupts',
    where: 'server',
    changes: [...commentOut([line]), only ? startAnew(unit) : restart(unit)],
  }),
});
