import { attemptLog } from '../../facts/client/attempt.ts';
import { hops } from '../../facts/client/hops.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';
import { shellQuote } from '../../model/remedy.ts';

interface Data {
  readonly name: string;
  readonly to: string;
  readonly user?: string;
  readonly said: string;
}

const PROHIBITED = /^channel \d+: open failed: (?!connect failed: )(.*)/;

export const cause = defineCause<Data>({
  id: 'client/jump-forward-denied',
  severity: 'blocks',
  title: 'The jump host lets the user in and opens no way on',
  why: 'A jump host has to forward a TCP connection to the target. AllowTcpForwarding no, DisableForwarding, PermitOpen with other destinations, or restrict and no-port-forwarding before the key forbid it: the login at the jump host works, and then "channel 0: open failed: administratively prohibited" and "stdio forwarding failed".',
  refs: [
    'sshd_config(5), AllowTcpForwarding, PermitOpen, DisableForwarding',
    'RFC 4254, 5.1, SSH_OPEN_ADMINISTRATIVELY_PROHIBITED',
  ],
  proofs: [
    proof({
      needs: { hops },
      check({ hops: all }, { host = 'the target', port = 22 }) {
        const closed = all.find(({ refusal }) => refusal?.prohibited);
        if (all.length === 0) return undefined;
        if (!closed?.refusal) return [];
        const next = all.find(({ number }) => number === closed.number + 1);
        const { text, line } = closed.refusal;
        const data = {
          name: closed.name,
          to: next ? `${next.host ?? next.name} port ${next.port ?? 22}` : `${host} port ${port}`,
          ...(closed.user === undefined ? {} : { user: closed.user }),
          said: PROHIBITED.exec(text)?.[1] ?? text,
        };
        const evidence = [{ side: 'client', section: `hop:${closed.number}:attempt`, line, text } as const];
        return [{ data, subject: closed.name, verdict: 'confirmed', evidence }];
      },
    }),
    proof({
      // A ProxyCommand of the user's own whose ssh said so, on the standard error that everybody may write to.
      needs: { attemptLog, sshConfig },
      check({ attemptLog: log, sshConfig: { proxyCommand } }, { host = 'the target', port = 22 }) {
        if (proxyCommand === undefined || log.ending !== 'proxy-failed') return [];
        const said = log.foreign.find(({ text }) => PROHIBITED.test(text.trim()));
        if (!said) return [];
        const data = {
          name: proxyCommand,
          to: `${host} port ${port}`,
          said: PROHIBITED.exec(said.text.trim())?.[1] ?? '',
        };
        const evidence = [{ side: 'client', section: 'attempt', line: said.line, text: said.text } as const];
        return [{ data, verdict: 'likely', evidence }];
      },
    }),
  ],
  says: ({ name, to, user, said }) =>
    `The jump host ${name} lets ${user ?? 'the user'} in, but does not open the way on to ${to} (${said}).`,
  masks: ['client/proxy-command-failed', 'client/jump-host-failed'],
  remedy: ({ name, user, to }) => ({
    refuse: 'where a jump host leads to is its policy',
    manual: [
      `See which line forbids it: sshwhy server --on ${shellQuote(`ssh:${name}`)}${user === undefined ? '' : ` --user ${shellQuote(user)}`} --verbose`,
      `There: AllowTcpForwarding yes (or local), and PermitOpen ${to.replace(' port ', ':')} where it is set; in authorized_keys no restrict without port-forwarding.`,
    ],
  }),
});
