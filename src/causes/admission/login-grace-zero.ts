import { holesOf } from '../../facts/advisories.ts';
import { sshdBinary } from '../../facts/binary.ts';
import { daemon, unitName } from '../../facts/daemon.ts';
import { processes, sshdListener } from '../../facts/processes.ts';
import { type Directive, setting, sshdConfig } from '../../facts/sshd/index.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { commentOut, restart } from '../../model/change.ts';

interface Data {
  readonly startups: number;
  readonly begin: number;
  readonly at: Directive;
  readonly unit: string;
  /** The hole against which the line is a protection is known to be closed in this sshd. */
  readonly closed: boolean;
}

const REGRESSHION = 'CVE-2024-6387';

export const cause = defineCause<Data>({
  id: 'admission/login-grace-zero',
  severity: 'blocks',
  title: 'Connections that never log in are never closed (LoginGraceTime 0)',
  why: 'LoginGraceTime 0 was the stop-gap against the regreSSHion attack (CVE-2024-6387). It takes away the clock that ends connections without a login, so scanners and clients that hang fill the slots of MaxStartups for good.',
  refs: ['sshd_config(5), LoginGraceTime, MaxStartups'],
  proofs: [
    proof({
      needs: { processes, sshdConfig, daemon },
      helps: { sshdBinary },
      check({ processes: all, sshdConfig: config, daemon: state, sshdBinary: binary }) {
        const rule = setting(config, 'logingracetime', {});
        const title = sshdListener(all);
        const [from] = rule.from;
        if (!from || rule.values[0] !== '0' || !title) return [];
        const { startups, begin, process } = title;
        const { file, line, text } = from;
        const evidence = [
          { side: 'server', section: `file:${file}`, line, text } as const,
          { side: 'server', section: 'processes', line: process.line, text: process.args } as const,
        ];
        const holes = binary ? holesOf(binary) : undefined;
        const closed = holes?.every(({ advisory }) => advisory.id !== REGRESSHION) ?? false;
        const data = { startups, begin, at: from, unit: unitName(state), closed };
        const observed = { data, verdict: 'confirmed', evidence } as const;
        return [startups >= begin ? observed : { ...observed, latent: true as const }];
      },
    }),
  ],
  says: ({ startups, begin, at }) =>
    startups >= begin
      ? `${startups} connections without a login hold all slots of sshd for good: line ${at.line} of ${at.file} (LoginGraceTime 0) never closes them.`
      : `Line ${at.line} of ${at.file} (LoginGraceTime 0) never closes connections without a login: they can fill all slots of sshd.`,
  masks: ['admission/max-startups'],
  remedy: ({ at, unit, closed }) =>
    closed
      ? {
          summary:
            'comment that line out and start sshd anew, which frees the slots; this release no longer needs the stop-gap',
          risk: 'interrupts',
          where: 'server',
          changes: [...commentOut([at]), restart(unit)],
        }
      : {
          refuse: `this release is not known to have the correction of ${REGRESSHION}, and without it the line is a protection`,
          manual: [
            `With a release that has the correction: take line ${at.line} of ${at.file} away, run sshd -t, then systemctl restart ${unit}, which frees the slots.`,
            'Without one: upgrade openssh-server first.',
          ],
        },
});
