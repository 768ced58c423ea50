import { tcp } from '../../facts/client/tcp.ts';
import { bansOf, fail2ban, ignores } from '../../facts/fail2ban.ts';
import { barred, verdictFacts } from '../../facts/firewall/attempt.ts';
import { fail2banLog, type LogEntry, sshdLog } from '../../facts/log.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { command } from '../../model/change.ts';
import type { Evidence } from '../../model/finding.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly from: string;
  readonly jail: string;
  readonly address: string;
  readonly until?: string;
  readonly failures: number;
  readonly maxRetry?: number;
  /** The jail ignores the address now, so it banned it before that, or somebody did. */
  readonly ignored?: true;
}

/** How sshd words what counts as a failure of an address (fail2ban's filter.d/sshd.conf). */
const FAILURE =
  /^(Invalid user |Failed |error: (maximum authentication|PAM: Authentication)|Connection (closed|reset) by (invalid|authenticating) user |Disconnected from (invalid|authenticating) user |pam_unix\(sshd:auth\): authentication failure)/;

function failuresOf(log: readonly LogEntry[], address: string): readonly LogEntry[] {
  return log.filter(({ message }) => FAILURE.test(message) && message.split(/[ =]/).includes(address));
}

const SHOWN = 3;

export const cause = defineCause<Data>({
  id: 'admission/fail2ban-ban',
  severity: 'blocks',
  title: 'fail2ban has banned the address of the client',
  why: 'fail2ban reads the log of sshd and shuts out an address that failed too often, by a rule of the packet filter. A wrong key or user name in a script is enough, and everybody behind the same NAT or VPN is shut out with the one who failed.',
  refs: ['fail2ban-client(1)', 'jail.conf(5)'],
  proofs: [
    proof({
      needs: { fail2ban, ...verdictFacts },
      helps: { fail2banLog, sshdLog, tcp },
      check({ fail2ban: jails, fail2banLog: log = [], sshdLog: own = [], tcp: seen, ...given }, attempt) {
        const { from } = attempt;
        if (from === undefined || !jails) return [];
        const bar = barred(given, attempt);
        const enforced = bar?.owner === 'fail2ban';
        const shutOut = seen?.probes.every(({ outcome }) => outcome !== 'open');
        return bansOf(jails, from).map(({ jail, ban }) => {
          const about = log.filter(
            ({ message }) => message.includes(`[${jail.name}]`) && message.includes(ban.address),
          );
          const found = about.filter(({ message }) => message.includes(' Found '));
          const banned = about.filter(({ message }) => / Ban /.test(message)).slice(-1);
          const evidence: Evidence[] = [
            { side: 'server', section: 'fail2ban', line: ban.line, text: `jail ${jail.name}: ${ban.text}` },
            ...(enforced ? bar.evidence : []),
            ...[...found.slice(-SHOWN), ...banned].map(
              ({ line, message }) => ({ side: 'server', section: 'log-fail2ban', line, text: message }) as const,
            ),
            ...failuresOf(own, from)
              .slice(-SHOWN)
              .map(({ line, message }) => ({ side: 'server', section: 'log-sshd', line, text: message }) as const),
          ];
          const data = {
            from,
            jail: jail.name,
            address: ban.address,
            failures: found.length,
            ...(ban.until === undefined || ban.until.startsWith('9999') ? {} : { until: ban.until }),
            ...(jail.maxRetry === undefined ? {} : { maxRetry: jail.maxRetry }),
            ...(ignores(jail, from) && { ignored: true as const }),
          };
          const verdict = enforced ? 'confirmed' : shutOut ? 'likely' : 'possible';
          return { data, subject: `${jail.name} ${ban.address}`, verdict, evidence } as const;
        });
      },
    }),
  ],
  says: ({ jail, address, until, maxRetry, ignored }) =>
    `fail2ban has banned ${address} (jail ${jail}${maxRetry === undefined || ignored ? '' : `, after ${maxRetry} failures`}) ${until === undefined ? 'for good' : `until ${until} server time`}${ignored ? ', although ignoreip holds it now: it was banned before that, or by hand' : ''}.`,
  masks: ['firewall/host-drop', 'firewall/host-reject', 'firewall/path-filtered'],
  remedy: ({ jail, address, from }) => ({
    summary: `lift the ban of this one address (it comes back when the failures go on; ignoreip = ${from} in jail.local keeps it out for good)`,
    risk: 'safe',
    where: 'server',
    changes: [
      command(`fail2ban-client set ${shellQuote(jail)} unbanip ${shellQuote(address)}`, [
        `fail2ban-client set ${shellQuote(jail)} banip ${shellQuote(address)}`,
      ]),
    ],
  }),
});
