/**
 * Our reading of sshd_config against sshd's: random configurations and connections, `sshd -T -C` of three releases.
 * npx tsx oracle/sshd.ts [--seed N] [--configs N] [--suite S]     needs root; N of each release
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { SUITES, type Suite } from '../lab/seed.ts';
import { problems } from '../src/facts/sshd/check.ts';
import { type Connection, listenAddresses, setting } from '../src/facts/sshd/index.ts';
import { parseConfig } from '../src/facts/sshd/parse.ts';
import { keywordOf, type Release } from '../src/knowledge/sshd-keywords.ts';
import { defaultsOf } from '../src/knowledge/sshd-releases.ts';
import { configuration, connection, MAIN } from './sshd/configs.ts';
import { printed } from './sshd/print.ts';
import { type Chrooted, chrooted, type Said } from './sshd/real.ts';

const RELEASES: Readonly<Record<Suite, Release>> = { bullseye: [8, 4], bookworm: [9, 2], trixie: [10, 0] };
/** sshd 10.0 dies of a Subsystem in a Match block; see docs/oracle.md. */
const SEGFAULT = 139;
/** Each configuration is asked about so many connections. */
const CONNECTIONS = 3;

const { values } = parseArgs({
  options: { seed: { type: 'string' }, configs: { type: 'string', default: '5000' }, suite: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

type Groups = ReadonlyMap<string, readonly string[]>;

/** Groups of each account, as getgrouplist(3) finds them. */
async function groupsOf(sshd: Chrooted): Promise<Groups> {
  const users = (await sshd.run('cut -d: -f1 /etc/passwd')).stdout.trim().split('\n');
  const said = (await sshd.run(`for u in ${users.join(' ')}; do echo "$u $(id -Gn "$u")"; done`)).stdout;
  return new Map(
    said
      .trim()
      .split('\n')
      .map((line) => {
        const [user = '', ...groups] = line.split(' ');
        return [user, groups] as const;
      }),
  );
}

/** What sshd complains of, without where; the second reading of the files says it again. */
function complaintsOf({ stderr }: Said): string[] {
  return stderr
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !/^(.* (Deprecated|Unsupported) option |.*: terminating, )|Bad Match condition/.test(line))
    .filter((line) =>
      / line \d+: |bad addr or host|cannot be satisfied| set without |assemble_|(for Match$)|Match (attribute|criteria|line|address|localaddress)/.test(
        line,
      ),
    )
    .map((line) => line.replace(/^(reprocess config|\S+) line \d+: | at line \d+$/g, ''));
}

function compareDump(dump: string, config: ReturnType<typeof parseConfig>, who: Connection): string[] {
  const theirs = new Map<string, string[]>();
  for (const line of dump.trim().split('\n')) {
    const [keyword = '', ...rest] = line.split(' ');
    theirs.set(keyword, [...(theirs.get(keyword) ?? []), rest.join(' ')]);
  }
  const names = new Set([...theirs.keys(), ...Object.keys(defaultsOf(config.release))]);
  return [...names].flatMap((name) => {
    if (!keywordOf(name, config.release)) return [`${name}: not known to us`];
    const places = name === 'listenaddress';
    // sshd joins each address with each port in an order of its own.
    const ours = places ? listening(config).sort() : printed(config, name, setting(config, name, who).values);
    const real = places ? (theirs.get(name) ?? []).sort() : (theirs.get(name) ?? []);
    return ours.join('\n') === real.join('\n')
      ? []
      : [`${name}: sshd ${JSON.stringify(real)}, we ${JSON.stringify(ours)}`];
  });
}

function listening(config: ReturnType<typeof parseConfig>): string[] {
  return listenAddresses(config).map(
    ({ address, port }) => `${address.includes(':') ? `[${address}]` : address}:${port}`,
  );
}

async function compare(
  sshd: Chrooted,
  release: Release,
  version: string,
  groups: Groups,
  files: Readonly<Record<string, string>>,
  connections: readonly Connection[],
): Promise<string[]> {
  const put = Object.entries(files).map(
    ([path, text]) => `echo ${Buffer.from(text).toString('base64')} | base64 -d >${path}`,
  );
  await sshd.run(['mkdir -p /tmp/c/d', ...put].join('; '));
  const sections = Object.entries(files).map(([path, text]) => [path, { status: 'ok' as const, text }] as const);
  const config = { ...parseConfig(new Map(sections), MAIN, release), version };
  const atStart = problems(config);
  for (const who of connections) {
    const exists = groups.has(who.user ?? '');
    const invalid = !exists && release[0] >= 10 ? ',invalid-user' : '';
    const spec = `user=${who.user},host=${who.host},addr=${who.addr},laddr=${who.laddr},lport=${who.lport},rdomain=${who.rdomain}${invalid}`;
    const said = await sshd.run(`sshd -T -f ${MAIN} -C ${spec}`);
    const knows = { ...who, exists, groups: groups.get(who.user ?? '') ?? [] };
    const ours = (atStart.length > 0 ? atStart : problems(config, knows)).map(({ text }) => text);
    const refused = ours.length > 0;
    tally.questions++;
    if (said.code === SEGFAULT) {
      tally.crashed++;
      continue;
    }
    if (said.code !== 0) {
      tally.refused++;
      const real = complaintsOf(said);
      if (!refused) return [`sshd refuses: ${said.stderr.trim()}`];
      return ours.join('\n') === real.join('\n')
        ? []
        : [`sshd says ${JSON.stringify(real)} (${said.code}: ${said.stderr.trim()})`, `we say ${JSON.stringify(ours)}`];
    }
    if (refused) return [`sshd takes what we refuse: ${ours.join('; ')}`];
    const found = compareDump(said.stdout, config, knows);
    if (found.length > 0) return [spec, ...found];
  }
  return [];
}

const tally = { questions: 0, refused: 0, crashed: 0 };
let failed = false;
console.log(`seed ${seed}`);

async function ask(suite: Suite): Promise<void> {
  const sshd = await chrooted(suite);
  try {
    const groups = await groupsOf(sshd);
    const version = (await sshd.run('ssh -V')).stderr.split(',', 1)[0] ?? '';
    let last: string[] = [];
    let example: Readonly<Record<string, string>> = {};
    const property = fc.asyncProperty(
      configuration,
      fc.array(connection, { minLength: CONNECTIONS, maxLength: CONNECTIONS }),
      async (files, connections) => {
        const found = await compare(sshd, RELEASES[suite], version, groups, files, connections);
        if (found.length > 0) [last, example] = [found, files];
        return found.length === 0;
      },
    );
    const {
      numRuns,
      failed: differs,
      errorInstance,
    } = await fc.check(property, { seed, numRuns: Number(values.configs) });
    if (differs && last.length === 0) throw errorInstance;
    failed ||= differs;
    console.log(`${suite}: ${differs ? 'a difference after' : 'agrees on'} ${numRuns} configurations`);
    if (!differs) return;
    for (const [path, text] of Object.entries(example)) console.log(`--- ${path}\n${text}`);
    console.log(last.join('\n'));
  } finally {
    await sshd.close();
  }
}

const suites = SUITES.filter((suite) => values.suite === undefined || suite === values.suite);
await Promise.all(suites.map(ask));
console.log(
  `${tally.questions} questions, ${tally.refused} of them about configurations that sshd refuses, ${tally.crashed} at which it crashed`,
);
process.exit(failed ? 1 : 0);
