import { sshdBinary, usesTcpWrappers } from '../../facts/binary.ts';
import { sectionName } from '../../facts/bundle.ts';
import { hostsAccess, hostsAllow, hostsDeny, type WrapperRule } from '../../facts/hosts-access.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly from: string;
  readonly rule: WrapperRule;
  /** This sshd does not read the files, so the rule does nothing. */
  readonly inert: boolean;
}

export const cause = defineCause<Data>({
  id: 'admission/tcp-wrappers',
  severity: 'blocks',
  title: 'TCP wrappers refuse the client (hosts.deny)',
  why: 'An sshd that is linked with libwrap asks /etc/hosts.allow and /etc/hosts.deny for every connection and closes those that are denied before a word is said: "kex_exchange_identification: Connection closed by remote host". OpenSSH itself dropped this in 6.7; Debian kept it up to Debian 12. Without libwrap the rules are without effect.',
  refs: ['hosts_access(5)', 'hosts_options(5)'],
  proofs: [
    proof({
      needs: { sshdBinary, hostsAllow, hostsDeny },
      check({ sshdBinary: binary, hostsAllow: allow, hostsDeny: deny }, { from }) {
        const linked = binary && usesTcpWrappers(binary);
        if (!binary || linked === undefined || from === undefined) return [];
        const { outcome, rule } = hostsAccess(allow, deny, from);
        if (outcome !== 'deny' || !rule) return [];
        const evidence = [
          { side: 'server', section: sectionName(rule.file), line: rule.line, text: rule.text } as const,
          {
            side: 'server',
            section: 'sshd-binary',
            text: linked ? 'linked with libwrap' : 'not linked with libwrap',
          } as const,
        ];
        const observed = {
          data: { from, rule, inert: !linked },
          subject: `${rule.file}:${rule.line}`,
          verdict: 'confirmed',
          evidence,
        } as const;
        return [linked ? observed : { ...observed, latent: true }];
      },
    }),
  ],
  says: ({ from, rule, inert }) =>
    inert
      ? `Line ${rule.line} of ${rule.file} would refuse ${from}, but this sshd does not read that file: the rule does nothing.`
      : `TCP wrappers refuse ${from}: line ${rule.line} of ${rule.file} (${rule.text}).`,
  remedy: ({ from, inert }) =>
    inert
      ? {
          refuse: 'nothing is broken, but somebody may believe in a protection that is none',
          manual: ['Put the rule into the firewall, or into a Match Address block of sshd_config.'],
        }
      : {
          summary: `let ${from} in by a line in front of /etc/hosts.allow (a copy stays beside it)`,
          risk: 'safe',
          where: 'server',
          commands: [
            `touch /etc/hosts.allow; { printf '%s\\n' ${shellQuote(`sshd: ${from.includes(':') ? `[${from}]` : from}`)}; cat /etc/hosts.allow; } > /etc/hosts.allow.sshwhy-new`,
            'cp -p /etc/hosts.allow /etc/hosts.allow.sshwhy-before; cat /etc/hosts.allow.sshwhy-new > /etc/hosts.allow; rm /etc/hosts.allow.sshwhy-new',
          ],
        },
});
