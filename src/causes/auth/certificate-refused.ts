import { accounts } from '../../facts/accounts.ts';
import { lastSaid, sameLogin, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly why: string;
  /** Identity and serial number, as sshd names them. */
  readonly certificate?: string;
}

/** auth2-pubkey.c, sshkey_cert_check_authority() and auth_cert_options() of 8.4 to 10.x. */
const REFUSED =
  /^(?:error: )?(?:Certificate invalid: (.{1,200}?)|Certificate does not contain an authorized principal|Certificate lacks principal list|Refusing certificate ID "([^"]{0,200})" serial=(\d+) signed by .*? CA (\S+) via (\S+)|Refusing certificate: (.{1,200})|cert: (.{1,200})|(Authentication tried for \S+ with valid certificate but not from a permitted (?:host|source address).{0,200}))$/;

export const cause = defineCause<Data>({
  id: 'auth/certificate-refused',
  severity: 'blocks',
  title: 'The certificate of the user is refused',
  why: 'A certificate counts when its CA is trusted (TrustedUserCAKeys, or cert-authority in authorized_keys), when the clock of the server lies within its validity, and when one of its principals is the user name or listed for the account. Short-lived certificates fail by a few minutes, and with a wrong clock.',
  refs: [
    'ssh-keygen(1), CERTIFICATES',
    'sshd_config(5), TrustedUserCAKeys, AuthorizedPrincipalsFile',
    'PROTOCOL.certkeys',
  ],
  proofs: [
    proof({
      needs: { sshdLog, meta, accounts },
      check({ sshdLog: log, meta: { now }, accounts: all }, { user }) {
        const account = user === undefined ? undefined : all.find(user);
        const said = account && lastSaid(log, now, REFUSED, account.name);
        if (!account || !said) return [];
        const [whole, invalid, id, serial] = said.match;
        // The line says whose certificate it is only by the process that writes it.
        const theirs = sameLogin(log, said.entry, account.name);
        const other =
          id === undefined ? undefined : lastSaid(log, now, /^(?:error: )?(Certificate invalid: .{1,200})$/);
        const same = other && other.entry.pid === said.entry.pid;
        const why = same ? (other.match[1] ?? whole) : whole.replace(/^error: /, '');
        const evidence: Evidence[] = same ? [said.evidence, other.evidence] : [said.evidence];
        const data = {
          user: account.name,
          why: invalid ?? why.replace(/^Certificate invalid: /, ''),
          ...(id === undefined ? {} : { certificate: `"${id}" serial ${serial}` }),
        };
        return [{ data, subject: account.name, verdict: theirs ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ user, why, certificate }) =>
    `The server refuses the certificate ${certificate === undefined ? '' : `${certificate} `}that ${user} came with: ${why}.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing'],
  remedy: ({ why }) => ({
    refuse: 'certificates are issued by whoever holds the CA',
    manual: [
      'Look at it on the client: ssh-keygen -L -f ~/.ssh/id_ed25519-cert.pub (validity, principals, CA).',
      /expired|yet valid/.test(why)
        ? 'Get a new one from the CA; compare the clocks first (date -u on both sides).'
        : /principal/.test(why)
          ? 'Have it issued for this user name (ssh-keygen -s CA -n USER), or list the principal in AuthorizedPrincipalsFile.'
          : 'Compare its CA with TrustedUserCAKeys of the server (ssh-keygen -lf FILE).',
    ],
  }),
});
