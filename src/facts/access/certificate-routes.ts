import type { Evidence } from '../../model/finding.ts';
import type { Account } from '../accounts.ts';
import { sectionName } from '../bundle.ts';
import type { ModesVerdict, PathTable } from '../paths.ts';
import type { Family } from '../source.ts';
import { quoted } from '../sshd/evidence.ts';
import { type Connection, type SshdConfig, setting } from '../sshd/index.ts';
import type { Certificate } from './certificate.ts';
import { certificateAllows, commandsAgree, isGoodNow, together } from './certificate-checks.ts';
import { expandTokens, type KeyFile } from './key-files.ts';
import { readKeyList } from './key-list.ts';
import { type Answer, no, optionsAllow, type Reason, unknown, type Visit, YES } from './key-options.ts';
import type { NamingKeyword } from './naming-command.ts';
import { parsePrincipals, principalLine, principalListed } from './principals.ts';
import { unreadable } from './readable.ts';

/** One place that trusts a CA, and what it makes of a certificate. */
export interface Route {
  /** e.g. `line 3 of /home/alice/.ssh/authorized_keys`. */
  readonly place: string;
  readonly answer: Answer;
  /** Command that is run instead of the client's. */
  readonly command?: string | undefined;
}

/** What decides about an account's certificates. */
export interface Ground {
  readonly config: SshdConfig;
  readonly files: Family;
  readonly paths: PathTable;
  readonly account: Account;
  /** Names of the account's groups. */
  readonly groups: readonly string[];
  readonly who: Connection;
  readonly visit: Visit;
  /** Whether a file has the modes that StrictModes asks for. */
  readonly trusted: (path: string) => ModesVerdict;
  /** Since 10.3 a certificate without principals is good for nobody, and principals="…" is taken word for word. */
  readonly strictPrincipals: boolean;
  /** What a command that names principals or keys comes to: not there, never run, or not known. */
  readonly command: (keyword: NamingKeyword) => 'none' | 'skipped' | 'unknown';
}

/** A line of a file of the server, quoted. */
export const lineOf = (path: string, line: number, text: string): Evidence => ({
  side: 'server',
  section: sectionName(path),
  line,
  text,
});

const because = (reason: Reason, evidence: readonly Evidence[]): Answer => ({
  is: 'no',
  reason: { ...reason, evidence },
});

const list = (names: readonly string[]): string => (names.length === 0 ? 'nobody' : names.join(', '));

/** What a line says of the visit, by its place: the certificate itself may say the like. */
function inLine(place: string, answer: Answer): Answer {
  return answer.is === 'no' ? because({ ...answer.reason, why: `${place}: ${answer.reason.why}` }, []) : answer;
}

/** Evidence goes to the reason that decided. */
function cited(answer: Answer, evidence: readonly Evidence[]): Answer {
  return answer.is === 'no' ? because(answer.reason, [...evidence, ...(answer.reason.evidence ?? [])]) : answer;
}

/** sshkey_cert_check_authority() of sshkey.c: whether the certificate names the user. */
function namesUser({ principals }: Certificate, user: string, needed: boolean): Answer {
  if (principals.length === 0) return needed ? no('no-principals', 'it names no principal') : YES;
  return principals.includes(user) ? YES : no('principal', `it is for ${list(principals)} and not for ${user}`);
}

/** Lines of authorized_keys with cert-authority and this CA (auth2-pubkeyfile.c, auth_check_authkey_line()). */
export function authorityLines(
  ground: Ground,
  keyFiles: readonly KeyFile[],
  certificate: Certificate,
): readonly Route[] {
  return keyFiles.flatMap(({ path, keys, modes }) =>
    keys
      .filter(({ options, fingerprint }) => options.has('cert-authority') && fingerprint === certificate.ca.fingerprint)
      .map(({ line, options }): Route => {
        const place = `line ${line} of ${path}`;
        const listed = options.get('principals');
        const named =
          listed === undefined
            ? namesUser(certificate, ground.account.name, ground.strictPrincipals)
            : principalListed(listed, certificate.principals, ground.strictPrincipals)
              ? YES
              : no(
                  'principal',
                  `it is for ${list(certificate.principals)}, and principals="${listed}" names none of these`,
                );
        const answer = together(
          modes.ok === true ? YES : modes.ok === false ? no('modes', `sshd does not trust ${path}`) : unknown(path),
          inLine(place, optionsAllow(options, ground.visit, true)),
          certificateAllows(certificate, ground.visit),
          commandsAgree(certificate, options.get('command')),
          named,
          isGoodNow(certificate, ground.visit),
        );
        const text = `${[...options.keys()].join(',')} … ${certificate.ca.fingerprint}`;
        return {
          place,
          answer: cited(answer, [lineOf(path, line, text)]),
          command: options.get('command'),
        };
      }),
  );
}

/** AuthorizedPrincipalsFile: the line that names the certificate, `none` where no file or command is asked. */
function principalsOf(ground: Ground, { principals }: Certificate) {
  const rule = setting(ground.config, 'authorizedprincipalsfile', ground.who);
  const [pattern = 'none'] = rule.values;
  const command = ground.command('authorizedprincipalscommand');
  const evidence = rule.from.map(quoted);
  if (pattern === 'none' && command === 'none') return { is: 'none' as const };
  const path = pattern === 'none' ? undefined : expandTokens(pattern, ground.account);
  const found = path === undefined ? undefined : readPrincipals(ground, path);
  if (found && 'doubt' in found) return { is: 'unknown' as const, doubt: found.doubt };
  const line = found?.lines && principalLine(found.lines, principals);
  if (line && path !== undefined) return { is: 'line' as const, line, path, evidence };
  if (command === 'unknown') return { is: 'unknown' as const, doubt: 'what the AuthorizedPrincipalsCommand answers' };
  const names = found?.lines?.map(({ name }) => name) ?? [];
  const told =
    found?.trouble ?? (path === undefined ? 'no command answers' : `${path} lists ${list(names.slice(0, 20))}`);
  const shown = found?.lines?.slice(0, 4).map(({ line: at, name }) => lineOf(path ?? '', at, name)) ?? [];
  const why = `it is for ${list(principals)}, and ${told}`;
  return {
    is: 'no' as const,
    reason: { kind: 'principal', why, evidence: [...evidence, ...shown, ...(found?.seen ?? [])] },
  };
}

type Principals =
  | { readonly doubt: string }
  | {
      readonly lines?: ReturnType<typeof parsePrincipals>;
      readonly trouble?: string;
      readonly seen?: readonly Evidence[];
    };

function readPrincipals(ground: Ground, path: string): Principals {
  if (/[*?[]/.test(path)) return { doubt: `which files ${path} stands for` };
  const cite = (at: string): Evidence[] => {
    const entry = ground.paths.get(at);
    return entry ? [{ side: 'server', section: 'paths', line: entry.line, text: entry.text }] : [];
  };
  const found = ground.files.get(path);
  if (found?.status === 'absent') return { trouble: `there is no ${path}`, seen: cite(path) };
  if (found?.status !== 'ok' || found.detail === 'truncated') return { doubt: `what stands in ${path}` };
  const closed = unreadable(ground.paths, path, { ...ground.account, groups: ground.groups });
  if (closed) return { trouble: `${ground.account.name} may not read ${path}`, seen: cite(closed.path) };
  const modes = ground.trusted(path);
  if (modes.ok === undefined) return { doubt: `the modes of ${modes.unseen}` };
  if (!modes.ok)
    return { trouble: `sshd does not trust the modes of ${path}`, seen: cite(modes.faults[0]?.entry.path ?? path) };
  return { lines: parsePrincipals(found.text.split('\n')) };
}

/** TrustedUserCAKeys (auth2-pubkey.c, user_cert_trusted_ca()); `undefined` where no such list is set, or it lacks the CA. */
export function trustedAuthority(ground: Ground, certificate: Certificate): Route | undefined {
  const rule = setting(ground.config, 'trustedusercakeys', ground.who);
  const [path = 'none'] = rule.values;
  if (path === 'none') return undefined;
  const found = ground.files.get(path);
  if (found?.status === 'absent') return undefined;
  if (found?.status !== 'ok' || found.detail === 'truncated')
    return { place: `TrustedUserCAKeys ${path}`, answer: unknown(`which CAs stand in ${path}`) };
  const ca = readKeyList(found.text.split('\n')).keys.find(
    (one) => !one.certificate && one.key.fingerprint === certificate.ca.fingerprint,
  );
  if (!ca) return undefined;
  const place = `line ${ca.line} of ${path}`;
  const evidence = [...rule.from.map(quoted), lineOf(path, ca.line, ca.key.fingerprint)];
  const { visit, account } = ground;
  const named = principalsOf(ground, certificate);
  if (named.is === 'no') return { place, answer: cited({ is: 'no', reason: named.reason }, evidence) };
  const answer = together(
    named.is === 'none' ? namesUser(certificate, account.name, true) : YES,
    isGoodNow(certificate, visit),
    certificate.principals.length === 0 ? no('no-principals', 'it names no principal') : YES,
    certificateAllows(certificate, visit),
    named.is === 'unknown' ? unknown(named.doubt) : YES,
    ...(named.is === 'line'
      ? [
          cited(inLine(`line ${named.line.line} of ${named.path}`, optionsAllow(named.line.options, visit, false)), [
            lineOf(named.path, named.line.line, named.line.name),
          ]),
          commandsAgree(certificate, named.line.options.get('command')),
        ]
      : []),
  );
  const command = named.is === 'line' ? named.line.options.get('command') : undefined;
  return { place, answer: cited(answer, evidence), command };
}
