import { daemon } from '../../facts/daemon.ts';
import { type Listed, systemState } from '../../facts/system-state.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly state: 'maintenance' | 'starting' | 'mounts';
  /** What it waits for, or what failed. */
  readonly units: readonly string[];
}

const SHOWN = 3;

export const cause = defineCause<Data>({
  id: 'host/boot-incomplete',
  severity: 'blocks',
  title: 'The server has not finished booting',
  why: 'A file system that cannot be mounted, a disk that is gone or a start job that never ends stops the boot half-way: in emergency mode only a console with the password of root is left, and sshd is not started. While systemd still starts, pam_nologin turns everybody but root away.',
  refs: ['systemctl(1), is-system-running', 'systemd.special(7), emergency.target', 'fstab(5), nofail'],
  proofs: [
    proof({
      needs: { systemState },
      helps: { daemon },
      check({ systemState: system, daemon: of }) {
        if (!system) return [];
        const down = of !== undefined && of.listening.length === 0;
        const state: Evidence = {
          side: 'server',
          section: 'system-state',
          line: 1,
          text: `the system is: ${system.state}`,
        };
        const cite = (list: readonly Listed[]): Evidence[] =>
          list.slice(0, SHOWN).map(({ line, text }) => ({ side: 'server', section: 'system-state', line, text }));
        const mounts = system.failed.filter(({ unit }) => /\.(?:mount|swap)$|^systemd-fsck/.test(unit));
        const held = system.jobs.filter(({ running, job }) => running && job === 'start');
        if (system.state === 'maintenance' || (system.state === 'starting' && down)) {
          const why = mounts.length > 0 ? mounts : held;
          const data = { state: system.state, units: why.map(({ unit }) => unit).slice(0, SHOWN) } as const;
          const role = down ? {} : { latent: true as const };
          return [{ data, verdict: 'confirmed', evidence: [state, ...cite(why)], ...role }];
        }
        if (mounts.length === 0) return [];
        const data: Data = { state: 'mounts', units: mounts.map(({ unit }) => unit).slice(0, SHOWN) };
        return [{ data, verdict: 'confirmed', evidence: cite(mounts), latent: true }];
      },
    }),
  ],
  says: ({ state, units }) => {
    const list = units.length > 0 ? `: ${units.join(', ')}` : '';
    if (state === 'mounts') return `File systems of the server were not mounted at boot${list}.`;
    return state === 'maintenance'
      ? `The server is in emergency or rescue mode${units.length > 0 ? ` because of ${units.join(', ')}` : ''}; sshd does not run there.`
      : `The server still boots and waits for${list || ' a start job'}; sshd comes later.`;
  },
  masks: ['daemon/not-running', 'auth/nologin', 'daemon/privsep-dir-missing'],
  remedy: ({ state, units }) =>
    state === 'maintenance' && units.length === 0
      ? {
          summary: 'go on to the normal mode; what is run by hand in rescue mode ends',
          risk: 'interrupts',
          where: 'server',
          // Nobody is helped by a machine that goes back into it.
          changes: [command('systemctl default', [])],
        }
      : {
          refuse: 'what failed has to be mended or taken out of the boot by somebody who knows what it is for',
          manual: [
            `Look: systemctl status ${units.join(' ') || '--failed'}; systemctl list-jobs`,
            'A disk that may be missing gets nofail in /etc/fstab; then systemctl daemon-reload and systemctl default.',
          ],
        },
});
