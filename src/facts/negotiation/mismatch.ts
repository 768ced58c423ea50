import type { Ending } from '../../knowledge/client-messages.ts';
import { isAead, type Kind, NEGOTIABLE } from '../../knowledge/negotiable.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Change as Edit } from '../../model/change.ts';
import type { Evidence, Observed } from '../../model/finding.ts';
import type { Algorithms } from '../client/kexinit.ts';
import { setForTyped } from '../client/ssh-config-edit.ts';
import { type Daemon, unitName } from '../daemon.ts';
import { type LogEntry, lastSaid } from '../log.ts';
import type { Meta } from '../meta.ts';
import { quoted } from '../sshd/evidence.ts';
import { type Directive, setting } from '../sshd/index.ts';
import { type Change, NAME, negotiate } from './negotiate.ts';
import { clientOffer, type OfferFacts, serverOffer } from './offers.ts';

/** Nothing in common, and what would change that. */
export interface Mismatch {
  readonly kind: Kind;
  readonly host: string;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  /** Safer first. */
  readonly changes: readonly Change[];
  /** The line of the server's configuration that made its list. */
  readonly line?: Directive;
  /** File of a system-wide policy that made the list of one side, and which side that is. */
  readonly policy?: { readonly file: string; readonly side: 'client' | 'server' };
  /** Has this client take the nearest algorithm as well, for this host alone. */
  readonly here?: Edit;
  /** What to reload on the server. */
  readonly unit: string;
}

export type MismatchFacts = OfferFacts & {
  readonly daemon?: Daemon | undefined;
  readonly sshdLog?: readonly LogEntry[] | undefined;
  readonly meta?: Meta | undefined;
};

/** What comes from the server is agreed on first (kex.c, kex_choose_conf()). */
const ROWS: Readonly<Record<Kind, readonly (keyof Algorithms)[]>> = {
  kex: ['kex'],
  'host-key': ['hostKey'],
  cipher: ['ciphersS2C', 'ciphersC2S'],
  mac: ['macsS2C', 'macsC2S'],
};
const ENDING: Readonly<Record<Kind, Ending>> = {
  kex: 'no-common-kex',
  'host-key': 'no-common-host-key',
  cipher: 'no-common-cipher',
  mac: 'no-common-mac',
};
/** compat.c and kex.c, kex_choose_conf(); dispatch by ssh_err(). */
const SAID: Readonly<Record<Kind, string>> = {
  kex: 'key exchange method',
  'host-key': 'host key type',
  cipher: 'cipher',
  mac: 'MAC',
};
/** Where the back-ends of crypto-policies(7) are; update-crypto-policies(8) makes them. */
const POLICY =
  /^(?:\/etc\/crypto-policies\/|\/usr\/share\/crypto-policies\/|\/etc\/ssh\/sshd_config\.d\/[\w-]*crypto-polic)/;

const names = (list: readonly string[]): readonly string[] => list.filter((name) => NAME.test(name));

/** What both sides offer of one kind, what decided it, and what would help. */
function describe(
  kind: Kind,
  facts: MismatchFacts,
  attempt: Attempt,
  said?: { theirs?: string[]; ours?: string[] },
): Mismatch {
  const [client, server] = [clientOffer(facts), serverOffer(facts)];
  const same = (list: keyof Algorithms) => server?.algorithms[list]?.join() === said?.theirs?.join();
  const list = ROWS[kind].find(same) ?? ROWS[kind][0] ?? 'kex';
  // What was said when it failed is nearer to the truth than what was read elsewhere.
  const ours = said?.ours ?? client?.algorithms[list] ?? [];
  const theirs = said?.theirs ?? server?.algorithms[list] ?? [];
  const plain = { has: () => undefined, algorithms: {} };
  const row = negotiate(
    { ...(client ?? plain), algorithms: { [list]: ours } },
    { ...(server ?? plain), algorithms: { [list]: theirs } },
  ).rows[0];
  const { keyword } = NEGOTIABLE[kind];
  const decided = facts.sshdConfig && setting(facts.sshdConfig, keyword.toLowerCase(), {});
  const written = decided?.values.flatMap((value) => value.split(',')) ?? [];
  // Another offer than the configuration makes is another server's, or that of a daemon that has not read it yet.
  const line = (row?.server ?? theirs).every((name) => written.includes(name)) ? decided?.from[0] : undefined;
  const file = line && POLICY.test(line.file) ? line.file : undefined;
  const policy = file === undefined ? clientPolicy(keyword, facts) : ({ file, side: 'server' } as const);
  const [nearest] = row?.changes ?? [];
  const here =
    facts.sshConfig && nearest?.side === 'client' && !nearest.weakens && policy?.side !== 'client'
      ? setForTyped(facts.sshConfig, keyword, [...names(row?.client ?? ours), nearest.algorithm].join(','))
      : undefined;
  return {
    kind,
    host: attempt.host ?? 'HOST',
    theirs: row?.server ?? theirs,
    ours: row?.client ?? ours,
    changes: row?.changes ?? [],
    ...(line ? { line } : {}),
    ...(policy ? { policy } : {}),
    ...(here ? { here } : {}),
    unit: facts.daemon ? unitName(facts.daemon) : 'ssh',
  };
}

/** The client's own policy, when ssh says that it read the file and uses just the list in it. */
function clientPolicy(keyword: string, { attemptLog: log, sshConfig: config }: OfferFacts): Mismatch['policy'] {
  const policy = config?.policy;
  const used = config?.options.get(keyword.toLowerCase())?.[0];
  if (!policy || used === undefined || policy.lists.get(keyword.toLowerCase()) !== used) return undefined;
  const read = log?.log.some(({ text }) => text === `Reading configuration data ${policy.path}`);
  return read ? { file: policy.path, side: 'client' } : undefined;
}

function serverEvidence({ line }: Mismatch): Evidence[] {
  return line ? [quoted(line)] : [];
}

/** Seen by the user's own ssh. */
export function seenByClient(kind: Kind, facts: MismatchFacts, attempt: Attempt): readonly Observed<Mismatch>[] {
  const log = facts.attemptLog;
  if (log?.ending !== ENDING[kind] || !log.theirOffer) return [];
  const data = describe(kind, facts, attempt, { theirs: [...log.theirOffer] });
  const client = clientOffer(facts);
  const evidence: Evidence[] = [
    { side: 'client', section: 'attempt', line: log.endingSaid?.line, text: log.endingSaid?.text ?? '' },
    ...(client && data.ours.length > 0
      ? [{ ...client.from, text: `this client offers ${data.ours.join(',')}` } satisfies Evidence]
      : []),
    ...serverEvidence(data),
  ];
  return [{ data, verdict: 'confirmed', evidence }];
}

/** Worked out from the two offers, where no login could be tried. */
export function seenByProbe(kind: Kind, facts: MismatchFacts, attempt: Attempt): readonly Observed<Mismatch>[] {
  const [client, server] = [clientOffer(facts), serverOffer(facts)];
  if (!client || !server) return [];
  const row = negotiate(client, server).rows.find(
    ({ list, outcome }) => ROWS[kind].includes(list) && outcome === 'none',
  );
  if (!row) return [];
  const data = describe(kind, facts, attempt, { theirs: [...row.server], ours: [...row.client] });
  const evidence: Evidence[] = [
    { ...server.from, text: `the server offers ${row.server.join(',')}` },
    { ...client.from, text: `this client offers ${row.client.join(',')}` },
  ];
  return [{ data, verdict: 'likely', evidence }];
}

/** Said by sshd of a connection from the address asked about, and still so by its configuration. */
export function seenByServer(
  kind: Kind,
  facts: MismatchFacts,
  attempt: Attempt,
): readonly Observed<Mismatch>[] | undefined {
  const { sshdLog: log, meta } = facts;
  if (!log || !meta || attempt.from === undefined) return undefined;
  const spoken = lastSaid(
    log,
    meta.now,
    new RegExp(
      `^Unable to negotiate with (\\S+) port \\d+: no matching ${SAID[kind]} found\\. Their offer: (\\S*)( \\[preauth\\])?$`,
    ),
    attempt.user,
  );
  if (spoken?.match[1] !== attempt.from) return undefined;
  const ours = (spoken.match[2] ?? '').split(',').slice(0, 200);
  // sshd cuts its lines at 1 KiB (log.c, MSGBUFSIZ), and the last name with them.
  if (spoken.match[3] === undefined) ours.pop();
  const data = describe(kind, facts, attempt, { ours });
  if (data.theirs.some((name) => ours.includes(name))) return undefined;
  // Behind one address there can be several clients: one that got further since may be the one asked about.
  const further = log.some(
    ({ line, message }) =>
      line > spoken.entry.line &&
      message.includes(` ${attempt.from} port `) &&
      !/^(?:Unable to negotiate with|Connection closed by) \S+ port /.test(message),
  );
  const evidence = [spoken.evidence, ...serverEvidence(data)];
  return [{ data, verdict: further ? 'likely' : 'confirmed', evidence }];
}

/** By its configuration the server takes nothing that clients of today offer. */
export function seenInConfig(kind: Kind, facts: MismatchFacts, attempt: Attempt): readonly Observed<Mismatch>[] {
  const server = serverOffer({ sshdConfig: facts.sshdConfig, hostKeys: facts.hostKeys, sshdBinary: facts.sshdBinary });
  const offer = server?.algorithms[ROWS[kind][0] ?? 'kex'];
  if (!server || !offer || offer.length === 0) return [];
  if (kind === 'mac' && server.algorithms.ciphersC2S?.some(isAead)) return [];
  const { sound } = NEGOTIABLE[kind];
  if (offer.some((name) => sound.includes(name))) return [];
  const data = describe(kind, facts, attempt, { ours: [...sound], theirs: [...offer] });
  if (!data.line) return [];
  return [{ data, verdict: 'possible', evidence: serverEvidence(data) }];
}

/** Some names of a list, so that a sentence stays one. */
export function few(list: readonly string[]): string {
  const shown = names(list).slice(0, 6);
  const more = list.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}` || 'nothing';
}
