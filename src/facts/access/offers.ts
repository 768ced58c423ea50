import type { Attempt } from '../../model/attempt.ts';
import { quoted } from '../sshd/evidence.ts';
import { type Bench, benchOf, type OfferFacts } from './bench.ts';
import { type Certificate, plainType, readCertificate } from './certificate.ts';
import { forcedCommand } from './certificate-checks.ts';
import { authorityLines, lineOf, type Route, trustedAuthority } from './certificate-routes.ts';
import { readKeyList } from './key-list.ts';
import { type Answer, no, optionsAllow, type Reason, unknown, YES } from './key-options.ts';
import { matchesList } from './patterns.ts';
import { fromBase64, type PublicKey } from './public-key.ts';
import { type Revoked, revokes } from './revoked.ts';

/** What sshd makes of one key or certificate that is offered (auth2-pubkey.c). */
export interface Judgement {
  /** Fingerprint of the key. */
  readonly key: string;
  readonly certificate?: Certificate;
  /** `unknown` with what is not known. */
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  /** What lets it in, e.g. `line 3 of /home/alice/.ssh/authorized_keys`. */
  readonly by?: string;
  /** A command is run instead of the client's. */
  readonly forced: boolean;
  readonly revoked?: Revoked;
  /** Why it is refused: what is wrong with the thing itself, then what each place that might let it in says. */
  readonly reasons: readonly Reason[];
  readonly doubts: readonly string[];
  /** False when a setting that decides hangs on a condition that is not known. */
  readonly certain: boolean;
}

/** An RSA key makes several signatures; every client of today takes the first of these that the server knows (sshconnect2.c). */
const RSA = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/** Whether PubkeyAcceptedAlgorithms takes keys of a type, plain or in a certificate. */
export function typeAccepted(type: string, accepted: string): Answer {
  const plain = plainType(type) ?? type;
  const suffix = type === plain ? '' : '-cert-v01@openssh.com';
  const names = plain === 'ssh-rsa' ? RSA.map((name) => `${name}${suffix}`) : [type];
  const taken = names.map((name) => matchesList(name, accepted) === 'yes');
  if (!taken.includes(true)) return no('type', `sshd takes no ${type}`);
  return taken[0] ? YES : unknown(`which of its signatures the client makes (the server takes ${accepted})`);
}

/** Lines of authorized_keys that hold a plain key. */
function keyLines({ ground, keyFiles: list }: Bench, fingerprint: string): (Route & { readonly key: PublicKey })[] {
  return list.flatMap(({ path, keys, modes }) =>
    keys
      .filter((key) => key.fingerprint === fingerprint && !key.options.has('cert-authority'))
      .map((key) => ({
        key,
        place: `line ${key.line} of ${path}`,
        answer:
          modes.ok === false
            ? no('modes', `sshd does not trust ${path}`)
            : modes.ok === undefined
              ? unknown(`the modes of ${modes.unseen}`)
              : optionsAllow(key.options, ground.visit, false),
        command: key.options.get('command'),
      })),
  );
}

/** Where else a key or a CA may stand. */
function unseen({ keysCommand, unread }: Bench): string[] {
  const command = keysCommand.kind === 'asked' ? [`what ${keysCommand.command} answers`] : [];
  return [...command, ...unread.map((path) => `what stands in ${path}`)];
}

function judge(bench: Bench, key: PublicKey, routes: readonly Route[], certificate?: Certificate): Judgement {
  const { rules, ground } = bench;
  const type = certificate?.type ?? key.type;
  const accepted = rules.pubkeyacceptedalgorithms.values[0] ?? '';
  const signatures = rules.casignaturealgorithms.values[0] ?? '';
  const least = Number(rules.requiredrsasize.values[0] ?? 1024);
  const own: Answer[] = [
    accepted === '' ? unknown('which algorithms the server takes') : typeAccepted(type, accepted),
    !certificate || signatures === '' || matchesList(certificate.signature, signatures) === 'yes'
      ? YES
      : no('ca-algorithm', `its CA signed it with ${certificate.signature}, which the server does not take`),
    key.bits !== undefined && key.bits < least
      ? no('size', `it has ${key.bits} bits, and the server wants ${least}`)
      : YES,
  ];
  const cites = [rules.pubkeyacceptedalgorithms, rules.casignaturealgorithms, rules.requiredrsasize];
  const [listed = 'none'] = rules.revokedkeys.values;
  const revoked = revokes(bench.revocation, listed, key, certificate);
  const reasons = own.flatMap((answer, i): Reason[] =>
    answer.is === 'no' ? [{ ...answer.reason, evidence: cites[i]?.from.map(quoted) ?? [] }] : [],
  );
  const doubts = own.flatMap((answer) => (answer.is === 'unknown' ? [answer.doubt] : []));
  if (revoked === 'unknown') doubts.push(`what ${listed} revokes`);
  const way = routes.find(({ answer }) => answer.is === 'yes');
  const ways = way ? [] : routes.flatMap(({ answer }) => (answer.is === 'unknown' ? [answer.doubt] : []));
  if (!way) ways.push(...unseen(bench));
  const blocked = reasons.length > 0 || (revoked !== undefined && revoked !== 'unknown');
  // Where nothing can let it in, what is not known of the thing itself does not matter.
  const closed = blocked || (!way && ways.length === 0);
  doubts.push(...ways);
  for (const { answer } of way ? [] : routes) if (answer.is === 'no') reasons.push(answer.reason);
  const outcome = closed ? 'refused' : doubts.length > 0 ? 'unknown' : way ? 'accepted' : 'refused';
  const command = way?.command ?? (certificate && forcedCommand(certificate));
  return {
    key: key.fingerprint,
    ...(certificate ? { certificate } : {}),
    outcome,
    ...(way ? { by: way.place } : {}),
    forced: command !== undefined,
    ...(revoked !== undefined && revoked !== 'unknown' ? { revoked } : {}),
    reasons,
    doubts,
    certain: ground.config.unread.length === 0 && Object.values(rules).every(({ certain }) => certain),
  };
}

/** Nothing is known of the key but its fingerprint, which no line that is read holds. */
const strange = (fingerprint: string): PublicKey => ({ type: '', fingerprint, sha1: '', size: 0 });

function judgeKey(bench: Bench, fingerprint: string): Judgement {
  const lines = keyLines(bench, fingerprint);
  const [line] = lines;
  if (line) return judge(bench, line.key, lines);
  const { doubts: _, reasons: __, ...rest } = judge(bench, strange(fingerprint), []);
  // Of a key that nothing holds, its type does not matter.
  const others = rest.revoked ? [] : unseen(bench);
  return { ...rest, reasons: [], outcome: others.length > 0 ? 'unknown' : 'refused', doubts: others };
}

function judgeCertificate(bench: Bench, offered: { fingerprint: string; blob?: string }): Judgement {
  const blob = offered.blob === undefined ? undefined : fromBase64(offered.blob);
  const read = blob && readCertificate(blob);
  if (!read || !('value' in read)) {
    const doubts = ['what stands in the certificate'];
    return { key: offered.fingerprint, outcome: 'unknown', forced: false, reasons: [], doubts, certain: true };
  }
  const certificate = read.value;
  const trusted = trustedAuthority(bench.ground, certificate);
  const routes = [...authorityLines(bench.ground, bench.keyFiles, certificate), ...(trusted ? [trusted] : [])];
  const judgement = judge(bench, certificate.key, routes, certificate);
  if (routes.length > 0) return judgement;
  return { ...judgement, reasons: [...judgement.reasons, strangeAuthority(bench, certificate)] };
}

/** No place holds the CA: which places there are, and what is wrong with them. */
function strangeAuthority({ ground, rules, keyFiles: list }: Bench, { ca }: Certificate): Reason {
  const [path = 'none'] = rules.trustedusercakeys.values;
  const from = rules.trustedusercakeys.from.map(quoted);
  const trusted = path === 'none' ? undefined : ground.files.get(path);
  const { bad } = trusted?.status === 'ok' ? readKeyList(trusted.text.split('\n')) : {};
  const inKeys = list.filter(({ keys }) => keys.some(({ options }) => options.has('cert-authority')));
  const places = [...(trusted?.status === 'ok' ? [path] : []), ...inKeys.map((file) => file.path)];
  const evidence = [...from, ...(bad === undefined ? [] : [lineOf(path, bad, 'this line is no key')])];
  const entry = ground.paths.get(path);
  if (entry) evidence.push({ side: 'server', section: 'paths', line: entry.line, text: entry.text });
  const told = [
    ...(trusted?.status === 'absent' ? [`there is no ${path}`] : []),
    ...(bad === undefined ? [] : [`line ${bad} of ${path} is no key, so sshd reads no further`]),
    ...(places.length > 0 ? [`that CA is not in ${places.join(' or ')}`] : []),
  ];
  const none = told.length === 0;
  const why = none ? 'this server trusts no CA for this account' : told.join(', and ');
  return { kind: none ? 'no-ca' : 'unknown-ca', why: `its CA is ${ca.fingerprint}, and ${why}`, evidence };
}

/** What sshd makes of everything that is offered, in the order in which ssh offers it: a key, then its certificates. */
export function judgeOffers(given: OfferFacts, attempt: Attempt): readonly Judgement[] {
  const account = attempt.user === undefined ? undefined : given.accounts.find(attempt.user);
  const { keys = [], certificates = [] } = attempt;
  if (!account || keys.length + certificates.length === 0) return [];
  const bench = benchOf(given, attempt, account);
  const alone = certificates.filter(({ fingerprint }) => !keys.includes(fingerprint));
  return [
    ...alone.map((one) => judgeCertificate(bench, one)),
    ...keys.flatMap((key) => [
      judgeKey(bench, key),
      ...certificates.filter(({ fingerprint }) => fingerprint === key).map((one) => judgeCertificate(bench, one)),
    ]),
  ];
}
