import { sshdBinary } from '../../facts/binary.ts';
import { pathOfSection } from '../../facts/bundle.ts';
import type { Algorithms } from '../../facts/client/kexinit.ts';
import { daemon } from '../../facts/daemon.ts';
import { questionsOf } from '../../facts/firewall/attempt.ts';
import { firewall } from '../../facts/firewall/index.ts';
import { judge } from '../../facts/firewall/judge.ts';
import { ownerOf } from '../../facts/firewall/owner.ts';
import { hostKeys } from '../../facts/hostkeys.ts';
import { sshdConfig } from '../../facts/sshd/index.ts';
import type { Attempt } from '../../model/attempt.ts';
import type { Bundle } from '../../model/bundle.ts';
import type { FleetHost } from '../../model/fleet.ts';
import type { HardenResult } from '../../model/harden-report.ts';
import type { HostKeyring } from '../../model/keys.ts';
import { optionText } from '../keyring/graph.ts';
import { otherServer, setAside } from '../other-server.ts';
import { effectiveSettings } from '../settings.ts';

/** What can be held against other hosts, by its name. */
export type Facts = NonNullable<FleetHost['facts']>;

const VALUE_MAX = 4000;

type Told = readonly [about: string, is: string | undefined, at?: string | undefined];

const facts = (all: readonly Told[]): Facts =>
  Object.fromEntries(
    all.flatMap(([about, is, at]) =>
      is === undefined ? [] : [[about, { is: is.slice(0, VALUE_MAX), ...(at === undefined ? {} : { at }) }]],
    ),
  );

/** What a server says of itself before anybody logs in. Its lists are foreign text. */
export function greetedFacts(banner: string | undefined, lists: Partial<Algorithms> = {}): Facts {
  const both = (what: string, out: readonly string[] = [], back: readonly string[] = out): readonly Told[] => [
    [what, out.join()],
    [`${what} back`, back.join() === out.join() ? undefined : back.join()],
  ];
  return facts([
    ['version', banner?.replace(/^SSH-[\d.]{1,8}-/, '')],
    ...(lists.kex === undefined
      ? []
      : ([
          // Marks of RFC 8308 and of strict key exchange are no methods, but a server without them is another server.
          ['key exchange', lists.kex.join()],
          ['host key algorithms', lists.hostKey?.join()],
          ...both('ciphers', lists.ciphersC2S, lists.ciphersS2C),
          ...both('MACs', lists.macsC2S, lists.macsS2C),
          ...both('compression', lists.compressionC2S, lists.compressionS2C),
        ] satisfies Told[])),
  ]);
}

/** What a server that was looked at is like: release, listeners, who decides in its firewall, host keys, and each setting of sshd. */
export function serverFacts(whole: Bundle, attempt: Attempt): Facts {
  const other = otherServer(whole, attempt);
  const bundle = other ? setAside(whole, other) : whole;
  const binary = sshdBinary.read(bundle);
  const keys = hostKeys.read(bundle);
  return facts([
    ...(binary.known && binary.value !== null
      ? ([
          ['version', binary.value.version.split(',', 1)[0], 'sshd-binary'],
          ['package', binary.value.package, 'sshd-binary'],
        ] satisfies Told[])
      : []),
    ...listening(bundle, attempt),
    ...(keys.known ? [['host key types', keyTypes(keys.value), 'hostkeys'] as const] : []),
    ...settings(bundle, attempt),
  ]);
}

const keyTypes = (keys: readonly { readonly type?: string; readonly bits?: number }[]): string =>
  keys
    .flatMap(({ type, bits }) => (type === undefined ? [] : [`${type} ${bits ?? ''}`.trim()]))
    .toSorted()
    .join(', ') || 'none';

function listening(bundle: Bundle, attempt: Attempt): readonly Told[] {
  const runs = daemon.read(bundle);
  if (!runs.known) return [];
  const sockets = runs.value.listening.map(({ address, port }) => `${address}:${port}`).toSorted();
  const rules = firewall.read(bundle);
  if (!rules.known) return [['listens on', sockets.join(', ') || 'nothing', 'listeners']];
  const { chains } = rules.value;
  const names = chains.map(({ name }) => name);
  const owners = new Set(chains.filter((chain) => chain.rules.length > 0).map((chain) => ownerOf({ chain }, names)));
  const verdicts = questionsOf(runs.value.listening, attempt).map((question) => judge(rules.value, question));
  const deciding = verdicts.flatMap(({ by, steps }) => {
    const rule = by?.rule ?? by?.chain ?? steps.findLast(({ action }) => action === 'accept');
    return rule?.section === undefined ? [] : [placed(rule.section, rule.line)];
  });
  return [
    ['listens on', sockets.join(', ') || 'nothing', 'listeners'],
    ['owner of firewall rules', [...owners].sort().join(', ') || 'none'],
    ['firewall for ssh', [...new Set(verdicts.map(({ verdict }) => verdict))].join(', '), deciding[0]],
  ];
}

const placed = (section: string, line: number | undefined): string =>
  `${pathOfSection(section) ?? section}${line === undefined ? '' : `:${line}`}`;

function settings(bundle: Bundle, attempt: Attempt): readonly Told[] {
  if (!sshdConfig.read(bundle).known) return [];
  return effectiveSettings(bundle, attempt)
    .filter(({ certain }) => certain)
    .map(({ keyword, values, from: [first] }) => [
      `sshd ${keyword}`,
      values.join(' '),
      first === undefined ? 'default' : `${first.file}:${first.line}`,
    ]);
}

const WORST = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'];

/** How a server stands to each control; of several places of one control the worst. */
export function controlFacts(results: readonly Pick<HardenResult, 'control' | 'status' | 'now' | 'evidence'>[]): Facts {
  const worst = new Map<string, (typeof results)[number]>();
  for (const one of results) {
    const known = worst.get(one.control);
    if (known === undefined || WORST.indexOf(one.status) < WORST.indexOf(known.status)) worst.set(one.control, one);
  }
  return facts(
    [...worst.values()].map(({ control, status, now, evidence: [first] }) => [
      `control ${control}`,
      now === undefined ? status : `${status}: ${now}`,
      first && placed(first.section, first.line),
    ]),
  );
}

const ACCOUNTS_MAX = 200;

/** Which keys open which account, with their restrictions; only of a host whose keys were seen whole. */
export function keyFacts({ grants, authorities }: HostKeyring): Facts {
  const open = grants.filter(({ standing }) => standing !== 'closed');
  const accounts = [...new Set(open.map(({ account }) => account))].sort().slice(0, ACCOUNTS_MAX);
  const signers = authorities.filter(({ kind }) => kind === 'users').map(({ fingerprint }) => fingerprint);
  return facts([
    ['accounts with keys', accounts.join(', ') || 'none'],
    ['CAs for users', [...new Set(signers)].sort().join(', ') || 'none'],
    ...accounts.map((account): Told => {
      const own = open.filter((one) => one.account === account);
      const keys = own.map((one) => `${optionText(one)} ${one.fingerprint}`.trim());
      return [`keys of ${account}`, [...new Set(keys)].sort().join(', '), own[0]?.file];
    }),
  ]);
}
