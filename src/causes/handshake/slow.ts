import { attemptLog } from '../../facts/client/attempt.ts';
import { longestSilence, type Step, slowStep, timingFacts, timingOf } from '../../facts/timing.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly step: Step;
  readonly ms: number;
  readonly total: number;
  /** What the other side does after the line that ssh said last before the silence. */
  readonly because?: string;
  readonly kex?: string;
}

const WORDS: Readonly<Record<Step, string>> = {
  dns: 'looking up the name',
  tcp: 'opening the connection',
  banner: "waiting for the server's first line",
  kexinit: "waiting for the server's list of algorithms",
  keys: 'exchanging keys',
  auth: 'logging in',
  session: 'starting and ending the session',
};

/** What happens after a line of ssh (sshconnect2.c), by the step that it belongs to. */
const AFTER: readonly { readonly step: Step; readonly said: RegExp; readonly what: string }[] = [
  {
    step: 'auth',
    said: /^(?:Server accepts key|sign_and_send_pubkey|identity_sign)/,
    what: 'the key is accepted by then, and sshd asks PAM about the account or DNS about the address',
  },
  {
    step: 'auth',
    said: /^(?:Offering public key|we sent a publickey packet)/,
    what: 'that is while sshd looks for the key: AuthorizedKeysCommand, the home directory, or a reverse lookup',
  },
  {
    step: 'auth',
    said: /^(?:Next authentication method: gssapi|Unspecified GSS failure|No credentials were supplied)/,
    what: 'that is while GSSAPI (Kerberos) is tried; GSSAPIAuthentication no on this client leaves it out',
  },
  {
    step: 'auth',
    said: /^(?:SSH2_MSG_SERVICE_ACCEPT received|service_accept|SSH2_MSG_EXT_INFO)/,
    what: 'that is while sshd looks the account up, or the name of the client',
  },
  {
    step: 'session',
    said: /^(?:Entering interactive session|pledge|client_input_global|Requesting no-more-sessions|channel 0: (?:new|send open|open confirm)|Sending (?:command|environment))/,
    what: 'that is while PAM opens the session and the shell starts',
  },
];

/** Where to look, when nothing that was seen explains it. */
const LOOK: Readonly<Record<Step, readonly string[]>> = {
  dns: ['Ask each nameserver of /etc/resolv.conf by itself; a dead first one costs its time-out every time.'],
  tcp: ['SYNs get lost: compare ping, and `ss -ti` while it waits; a full accept queue of sshd looks the same.'],
  banner: [
    'Before its first line sshd waits for a processor, for hosts.allow (a spawn or twist in it runs first), or for a slot; a tarpit does it on purpose.',
    'On the server: strace -f -tt -p PID of the listening sshd while somebody connects.',
  ],
  kexinit: ['Between the two there is hardly any work: packets get lost on the way, or the server is starved.'],
  keys: [
    'Large packets that get lost (MTU): compare ping -M do -s 1400. A slow processor: choose another method, ssh -o KexAlgorithms=curve25519-sha256.',
  ],
  auth: [
    'The usual ones: a reverse lookup of your address (UseDNS, GSSAPIAuthentication), a PAM module that waits for a directory, an AuthorizedKeysCommand, a home directory on a slow file server.',
    'On the server: journalctl -u ssh -o short-precise shows between which lines the time passes; with LogLevel DEBUG1 it shows more.',
  ],
  session: [
    'After the login PAM opens the session (pam_systemd, pam_motd, quotas, home directories), then the shell reads its files: time bash -lic true on the server.',
  ],
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const cause = defineCause<Data>({
  id: 'handshake/slow',
  severity: 'degrades',
  title: 'The login works, but one step of it takes many seconds',
  why: 'A login takes some tenths of a second. Where one takes many, nearly all of the time goes to one step, and which one it is tells where to look: the name, the first line, the keys, the login, the session. Whoever has less patience (a script, LoginGraceTime) is kept out by it.',
  refs: ['ssh(1), -v', 'sshd_config(5), UseDNS, LoginGraceTime', 'pam(8)'],
  proofs: [
    proof({
      needs: { attemptLog },
      helps: timingFacts,
      check(given) {
        const { attemptLog: log } = given;
        const timing = timingOf(given);
        const slow = timing && slowStep(timing);
        // A login that fails has a cause of its own; what is slow about it follows from that.
        if (!slow || !log.authenticated) return [];
        const { step, ms } = slow;
        const parts = Object.entries(timing.steps).map(([name, each]) => `${name} ${each}`);
        const evidence: Evidence[] = [
          { side: 'client', section: 'attempt', text: `milliseconds: ${parts.join(', ')}` },
        ];
        const silence = longestSilence(log, step);
        if (silence)
          evidence.push({
            side: 'client',
            section: 'attempt',
            line: silence.after.line,
            text: `nothing for ${seconds(silence.ms)} after "${silence.before.text.slice(0, 100)}", then "${silence.after.text.slice(0, 100)}"`,
          });
        const because =
          silence && AFTER.find(({ step: of, said }) => of === step && said.test(silence.before.text))?.what;
        const data: Data = {
          ...{ step, ms, total: timing.total },
          ...(because === undefined ? {} : { because }),
          ...(log.kex === undefined ? {} : { kex: log.kex }),
        };
        return [{ data, subject: step, verdict: 'confirmed', evidence }];
      },
    }),
  ],
  says: ({ step, ms, total, because, kex }) =>
    `The login is slow: ${seconds(ms)} of ${seconds(total)} go to ${WORDS[step]}${step === 'keys' && kex !== undefined ? ` (${kex})` : ''}${because === undefined ? '' : `; ${because}`}.`,
  remedy: ({ step }) => ({
    refuse: 'what is slow there has to be seen on the server first',
    manual: [...LOOK[step]],
  }),
});
