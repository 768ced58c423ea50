import { attemptLog } from '../../facts/client/attempt.ts';
import { cite } from '../../facts/client/cite.ts';
import { sshConfig } from '../../facts/client/ssh-config.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly command: string;
  /** The program is not there or cannot be started. */
  readonly missing: boolean;
  /** The last that was said on standard error. */
  readonly said?: string;
}

/** dash, bash and busybox differ; ssh runs the user's own shell (sshconnect.c, ssh_proxy_connect()). */
const MISSING =
  /(?:: (?:command )?not found|: No such file or directory|: Permission denied|: cannot execute.{0,80}|Unknown command.{0,200})$/;
const SHOWN = 3;

export const cause = defineCause<Data>({
  id: 'client/proxy-command-failed',
  severity: 'blocks',
  title: 'The ProxyCommand ends before an SSH server answers',
  why: 'With ProxyCommand ssh makes no connection itself but talks to a program. When that is not installed, misspelt, or gives up (a proxy that refuses, a cloud agent without credentials), all that ssh says is "Connection closed by UNKNOWN port 65535".',
  refs: ['ssh_config(5), ProxyCommand', 'sshconnect.c, ssh_proxy_connect()'],
  proofs: [
    proof({
      needs: { attemptLog, sshConfig },
      check({ attemptLog: log, sshConfig: { proxyCommand, proxyJump } }) {
        if (proxyCommand === undefined || proxyJump !== undefined) return [];
        if (log.remoteSoftware || log.ending !== 'proxy-failed') return [];
        const words = log.foreign.filter(({ text }) => text.trim() !== '').slice(-SHOWN);
        const missing = words.some(({ text }) => MISSING.test(text));
        const last = words.at(-1)?.text.trim();
        const started = log.log.find(({ text }) => text.startsWith('Executing proxy command: '));
        const evidence: Evidence[] = [...cite(started, ...words), ...cite(log.endingSaid)];
        const data = { command: proxyCommand, missing, ...(last === undefined ? {} : { said: last }) };
        // Where the program says nothing, the server behind it may have hung up.
        return [{ data, verdict: missing ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ command, missing, said }) =>
    `The ProxyCommand "${command}" ${missing ? 'could not be run' : 'ended before an SSH server answered through it'}${said === undefined ? ', without a word' : `: ${said}`}.`,
  remedy: ({ missing }) => ({
    refuse: 'what the command is to do only its author knows',
    manual: [
      missing
        ? 'Install the program, or correct its name; ssh starts it by your login shell with the PATH of this session.'
        : 'Run it by hand with %h and %p filled in: it must print a line that begins with SSH-2.0-',
      'To see whether the server can be reached without it: ssh -o ProxyCommand=none …',
    ],
  }),
});
