/**
 * Our answer to "would this login be let in" against a real login: random configurations, accounts, keys, modes and PAM
 * lines on hosts of three releases.
 * npx tsx oracle/access.ts [--seed N] [--states N] [--suite S] [--about keys|pam|passwords]
 * needs root; N on each release
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { ask } from '../lab/ask.ts';
import { type Lab, withHost } from '../lab/host.ts';
import { PASSWORD, SUITES, type Suite } from '../lab/seed.ts';
import { KEEP_PAM, pamQuestion, type Question } from './access/pam.ts';
import { passwordQuestion } from './access/passwords.ts';
import { KEEP, script, state } from './access/states.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    states: { type: 'string', default: '60' },
    suite: { type: 'string' },
    about: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

const ABOUT: Readonly<Record<string, fc.Arbitrary<Question>>> = {
  keys: state.map((one) => ({ state: one, first: [], last: [], password: false })),
  pam: pamQuestion,
  passwords: passwordQuestion,
};

/** What sshwhy says, what it gives as the reason, and what really came of it. */
interface Tried {
  readonly said: 'in' | 'refused' | 'unknown';
  readonly why: string;
  readonly really: 'in' | 'refused';
}

async function attempt(lab: Lab, { state: one, first, last, password }: Question): Promise<Tried | string> {
  const made = await lab.host.run([...first, script(one), ...last].join('\n'), { timeoutMs: 30_000 });
  if (made.code !== 0) return `the state cannot be made: ${made.stderr}`;
  // The server is asked first: the answer has to come from its state, not from the log of this login.
  await lab.host.run('journalctl --rotate -q; journalctl --vacuum-time=1s -q', { timeoutMs: 10_000 });
  const { report, problems } = await ask(lab, 'server', {
    user: one.user,
    ...(password ? { password: PASSWORD } : {}),
  });
  if (!report) return problems.join('; ');
  const blocking = report.causes.find(({ role, verdict }) => role === 'blocking' && verdict !== 'possible');
  const auth = report.gates.find(({ gate }) => gate === 'auth');
  const open = !blocking && auth?.outcome === 'open' && !report.gates.some(({ outcome }) => outcome === 'closed');
  const typed = password ? { password: PASSWORD, args: ['-oPubkeyAuthentication=no'] } : {};
  const login = await lab.client.ssh({ to: `${one.user}@web1`, timeoutMs: 30_000, ...typed });
  return {
    said: blocking ? 'refused' : open ? 'in' : 'unknown',
    why: blocking ? `${blocking.id} (${blocking.verdict}) ${blocking.text}` : `${auth?.detail}`,
    really: login.code === 0 ? 'in' : 'refused',
  };
}

async function compare(suite: Suite): Promise<number> {
  const about = values.about === undefined ? fc.oneof(...Object.values(ABOUT)) : ABOUT[values.about];
  if (!about) throw new Error(`--about is one of ${Object.keys(ABOUT).join(', ')}`);
  const states = fc.sample(about, { seed, numRuns: Number(values.states) });
  const count = { in: 0, refused: 0, unknown: 0 };
  let wrong = 0;
  await withHost({ suite }, async (lab) => {
    await lab.host.run(KEEP + KEEP_PAM);
    for (const [i, one] of states.entries()) {
      const tried = await attempt(lab, one);
      if (typeof tried === 'string') {
        wrong++;
        console.log(`${suite} ${i}: ${tried}\n${JSON.stringify(one)}`);
        continue;
      }
      count[tried.said]++;
      if (tried.said === 'unknown' && process.env['SHOW_UNKNOWN'])
        console.log(`${suite} ${i}: unknown, really ${tried.really}: ${tried.why}\n${JSON.stringify(one)}`);
      if (tried.said === 'unknown' || tried.said === tried.really) continue;
      wrong++;
      console.log(`${suite} ${i}: said ${tried.said}, really ${tried.really}: ${tried.why}\n${JSON.stringify(one)}`);
    }
  });
  console.log(
    `${suite}: ${states.length} states, ${count.in} said to be let in, ${count.refused} to be refused, ${count.unknown} unknown; ${wrong} wrong`,
  );
  return wrong;
}

console.log(`seed ${seed}`);
const suites = SUITES.filter((suite) => values.suite === undefined || suite === values.suite);
const wrong = await Promise.all(suites.map(compare));
process.exitCode = wrong.some((n) => n > 0) ? 1 : 0;
