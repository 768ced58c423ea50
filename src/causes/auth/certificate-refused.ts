import { nameOf } from '../../facts/access/certificate.ts';
import { keyFacts } from '../../facts/access/keys.ts';
import { type Judgement, judgeOffers } from '../../facts/access/offers.ts';
import { accounts } from '../../facts/accounts.ts';
import { attemptLog } from '../../facts/client/attempt.ts';
import { type LogEntry, lastSaid, sameLogin, sshdLog } from '../../facts/log.ts';
import { meta } from '../../facts/meta.ts';
import { defineCause, proof } from '../../model/cause.ts';
import type { Evidence } from '../../model/finding.ts';

interface Data {
  readonly user: string;
  readonly why: string;
  /** Identity and serial number, as sshd names them. */
  readonly certificate?: string;
  /** Kinds of reasons, when they were worked out from the files. */
  readonly kinds: readonly string[];
}

/** auth2-pubkey.c, sshkey_cert_check_authority() and auth_cert_options() of 8.4 to 10.x. */
const REFUSED =
  /^(?:error: )?(?:Certificate invalid: (.{1,200}?)|Certificate does not contain an authorized principal|Certificate lacks principal list|Refusing certificate ID "([^"]{0,200})" serial=(\d+) signed by .*? CA (\S+) via (\S+)|Refusing certificate: (.{1,200})|cert: (.{1,200})|(Authentication tried for \S+ with valid certificate but not from a permitted (?:host|source address).{0,200}))$/;

/** What sshd said of a certificate of this user. */
function logged(log: readonly LogEntry[], now: number, user: string) {
  const said = lastSaid(log, now, REFUSED, user);
  if (!said) return undefined;
  const [whole, invalid, id, serial] = said.match;
  // The line says whose certificate it is only by the process that writes it.
  const theirs = sameLogin(log, said.entry, user);
  const other = id === undefined ? undefined : lastSaid(log, now, /^(?:error: )?(Certificate invalid: .{1,200})$/);
  const same = other && other.entry.pid === said.entry.pid;
  const why = same ? (other.match[1] ?? whole) : whole.replace(/^error: /, '');
  const evidence: Evidence[] = same ? [said.evidence, other.evidence] : [said.evidence];
  const data: Data = {
    user,
    why: invalid ?? why.replace(/^Certificate invalid: /, ''),
    kinds: [],
    ...(id === undefined ? {} : { certificate: `"${id}" serial ${serial}` }),
  };
  return { theirs, data, evidence };
}

/** Whether it is for this cause to speak: revoked keys, modes, and plain keys where no CA is trusted have their own. */
function speaks({ reasons, revoked, outcome }: Judgement, keys: readonly string[]): boolean {
  const kinds = reasons.map(({ kind }) => kind);
  if (outcome !== 'refused' || revoked || kinds.every((kind) => kind === 'modes')) return false;
  return !(kinds.includes('no-ca') && keys.length > 0);
}

export const cause = defineCause<Data>({
  id: 'auth/certificate-refused',
  severity: 'blocks',
  title: 'The certificate of the user is refused',
  why: 'A certificate counts when its CA is trusted (TrustedUserCAKeys, or cert-authority in authorized_keys), when the clock of the server lies within its validity, and when one of its principals is the user name or listed for the account. Short-lived certificates fail by a few minutes, and with a wrong clock.',
  refs: [
    'ssh-keygen(1), CERTIFICATES',
    'sshd_config(5), TrustedUserCAKeys, AuthorizedPrincipalsFile, CASignatureAlgorithms',
    'sshd(8), AUTHORIZED_KEYS FILE FORMAT, cert-authority',
    'PROTOCOL.certkeys',
  ],
  proofs: [
    proof({
      needs: keyFacts,
      helps: { sshdLog, attemptLog },
      check(given, attempt) {
        const judged = judgeOffers(given, attempt);
        const known = judged.filter(({ certificate }) => certificate);
        // Where the attempt was turned away all the same, what the server said of it counts for more.
        if (judged.some(({ outcome }) => outcome === 'accepted')) return given.attemptLog ? undefined : [];
        if (known.length === 0) return undefined;
        const user = attempt.user ?? '';
        const said = logged(given.sshdLog ?? [], given.meta.now, user);
        return known
          .filter((one) => speaks(one, attempt.keys ?? []))
          .flatMap(({ certificate, reasons, certain }) => {
            if (!certificate) return [];
            const evidence: Evidence[] = reasons.flatMap((reason) => reason.evidence ?? []);
            if (reasons.some(({ kind }) => kind === 'expired' || kind === 'not-yet-valid'))
              evidence.push({ side: 'server', section: 'meta', text: `now=${given.meta.now / 1000}` });
            if (said?.theirs) evidence.push(...said.evidence);
            if (evidence.length === 0)
              evidence.push({
                side: 'server',
                section: 'sshd-binary',
                text: `defaults of ${given.sshdBinary?.version}`,
              });
            const why = [...new Set(reasons.map((reason) => reason.why))].slice(0, 3).join('; ');
            const data = { user, why, certificate: nameOf(certificate), kinds: reasons.map(({ kind }) => kind) };
            const others = judged.some(({ outcome }) => outcome === 'unknown');
            const verdict = others ? 'possible' : certain ? 'confirmed' : 'likely';
            return [{ data, subject: data.certificate, verdict, evidence } as const];
          });
      },
    }),
    proof({
      needs: { sshdLog, meta, accounts },
      check({ sshdLog: log, meta: { now }, accounts: all }, { user }) {
        const account = user === undefined ? undefined : all.find(user);
        const said = account && logged(log, now, account.name);
        if (!account || !said) return [];
        const { data, evidence, theirs } = said;
        return [{ data, subject: account.name, verdict: theirs ? 'confirmed' : 'likely', evidence }];
      },
    }),
  ],
  says: ({ user, why, certificate }) =>
    `The server refuses the certificate ${certificate === undefined ? '' : `${certificate} `}that ${user} came with: ${why}.`,
  masks: ['auth/key-not-authorized', 'auth/authorized-keys-missing'],
  remedy: ({ why, kinds }) => ({
    refuse: 'certificates are issued by whoever holds the CA',
    manual: [
      'Look at it on the client: ssh-keygen -L -f ~/.ssh/id_ed25519-cert.pub (validity, principals, CA).',
      kinds.includes('source-address') || kinds.includes('from')
        ? 'Come from an address that it is for, or have it issued for this one (ssh-keygen -O source-address=…).'
        : kinds.includes('type') || kinds.includes('ca-algorithm') || kinds.includes('size')
          ? 'Have it issued anew with algorithms that the server takes: ssh-keygen -t ed25519 for the key, and for an RSA CA ssh-keygen -s CA -t rsa-sha2-512.'
          : /good (?:until|from)|expired|yet valid/.test(why)
            ? 'Get a new one from the CA; compare the clocks first (date -u on both sides).'
            : kinds.includes('principal') || /principal/.test(why)
              ? 'Have it issued for this user name (ssh-keygen -s CA -n USER), or list the principal in AuthorizedPrincipalsFile.'
              : 'Compare its CA with TrustedUserCAKeys of the server (ssh-keygen -lf FILE).',
    ],
  }),
});
