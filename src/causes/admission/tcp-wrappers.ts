import { sshdBinary, usesTcpWrappers } from '../../facts/binary.ts';
import { sectionName } from '../../facts/bundle.ts';
import { kexinit } from '../../facts/client/kexinit.ts';
import { hostsAccess, hostsAllow, hostsDeny, type WrapperRule } from '../../facts/hosts-access.ts';
import { since, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly from: string;
  /** Not to be seen from the client's side. */
  readonly rule?: WrapperRule;
  /** This sshd does not read the files, so the rule does nothing. */
  readonly inert: boolean;
}

/** libwrap sleeps five seconds between its refusal and the end of the connection (misc.c, clean_exit()). */
const SLEEP_MS = 5000;
const SLACK_MS = 400;
const RECENT_MS = 300_000;

/** What else happens to a client that the line matches. */
function ran({ runs }: WrapperRule): string {
  if (!runs) return '';
  return runs.how === 'twist'
    ? `, which answers it by "${runs.command}" in the place of sshd (twist)`
    : `, which also runs "${runs.command}" each time (spawn)`;
}

export const cause = defineCause<Data>({
  id: 'admission/tcp-wrappers',
  severity: 'blocks',
  title: 'TCP wrappers refuse the client (hosts.deny)',
  why: 'An sshd that is linked with libwrap asks /etc/hosts.allow and /etc/hosts.deny for every connection and, five seconds later, closes those that are denied without a word: "kex_exchange_identification: Connection closed by remote host". OpenSSH itself dropped this in 6.7; Debian kept it, since 9.8 in sshd-session. Without libwrap the rules are without effect.',
  refs: ['hosts_access(5)', 'hosts_options(5)'],
  proofs: [
    proof({
      needs: { sshdBinary, hostsAllow, hostsDeny, meta },
      helps: { sshdLog },
      check({ sshdBinary: binary, hostsAllow: allow, hostsDeny: deny, meta: { now }, sshdLog: log = [] }, { from }) {
        const linked = binary && usesTcpWrappers(binary);
        if (!binary || linked === undefined || from === undefined) return [];
        const { outcome, rule } = hostsAccess(allow, deny, from);
        if (outcome === 'allow' || !rule) return [];
        const refused = since(log, now, RECENT_MS).findLast(
          ({ message }) => message.startsWith('refused connect from ') && message.includes(`(${from})`),
        );
        const data = { from, rule, inert: !linked };
        const subject = `${rule.file}:${rule.line}`;
        const linkage = linked ? 'linked with libwrap' : 'not linked with libwrap';
        const evidence: Evidence[] = [
          { side: 'server', section: sectionName(rule.file), line: rule.line, text: rule.text },
          { side: 'server', section: 'sshd-binary', text: `${binary.path} is ${linkage}` },
        ];
        if (refused) evidence.push({ side: 'server', section: 'log-sshd', line: refused.line, text: refused.message });
        const verdict = outcome === 'deny' || refused ? 'confirmed' : 'possible';
        return [{ data, subject, verdict, evidence, ...(linked ? {} : { latent: true as const }) }];
      },
    }),
    proof({
      needs: { kexinit },
      check({ kexinit: { probes } }, { from = 'this address' }) {
        const [first, ...others] = probes.filter(
          ({ outcome, banner, ms }) =>
            (outcome === 'closed' || outcome === 'reset') &&
            banner === undefined &&
            ms.end !== undefined &&
            Math.abs(ms.end - SLEEP_MS) < SLACK_MS,
        );
        if (!first || others.length + 1 < probes.length) return [];
        const text = `${first.address} closed without a word after ${first.ms.end} ms`;
        const evidence = [{ side: 'client', section: 'kexinit', line: first.line, text } as const];
        return [{ data: { from, inert: false }, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ from, rule, inert }) => {
    if (!rule)
      return 'The server closes the connection without a word after exactly five seconds, as TCP wrappers do to an address that hosts.deny refuses.';
    return inert
      ? `Line ${rule.line} of ${rule.file} would refuse ${from}, but this sshd does not read that file: the rule does nothing.`
      : `TCP wrappers refuse ${from}: line ${rule.line} of ${rule.file} (${rule.text})${ran(rule)}.`;
  },
  masks: ['network/wrong-service'],
  remedy: ({ from, rule, inert }) => {
    if (!rule)
      return {
        refuse: 'the files that decide are on the server',
        manual: ['On the server: sudo sshwhy server --from ADDRESS names the line of /etc/hosts.deny.'],
      };
    if (inert)
      return {
        refuse: 'nothing is broken, but somebody may believe in a protection that is none',
        manual: ['Put the rule into the firewall, or into a Match Address block of sshd_config.'],
      };
    const client = from.includes(':') ? `[${from}]` : from;
    return {
      summary: `let ${from} in by a line in front of /etc/hosts.allow`,
      risk: 'safe',
      where: 'server',
      changes: [{ kind: 'prepend', file: '/etc/hosts.allow', lines: [`sshd: ${client}`] }],
    };
  },
});
