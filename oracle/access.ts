/**
 * Our answer to "would this login be let in" against a real login: random configurations, accounts, keys, modes and PAM
 * lines on hosts of three releases.
 * npx tsx oracle/access.ts [--seed N] [--states N] [--suite S] [--about keys|certificates|pam|passwords]
 * needs root; N on each release
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { ask } from '../lab/ask.ts';
import { RUN_DIR } from '../lab/cleanup.ts';
import type { Ran } from '../lab/command.ts';
import { type Lab, withHost } from '../lab/host.ts';
import { PASSWORD, SUITES, type Suite } from '../lab/seed.ts';
import { certificateScript, makeKeys } from './access/certificate-files.ts';
import { type CertificateState, certificateState } from './access/certificates.ts';
import { KEEP_PAM, pamQuestion, type Question, restored } from './access/pam.ts';
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

const ABOUT: Readonly<Record<string, fc.Arbitrary<Question | CertificateState>>> = {
  keys: state.map((one) => ({ state: one, first: [restored('Etc/UTC')], last: [], password: false })),
  certificates: certificateState,
  pam: pamQuestion,
  passwords: passwordQuestion,
};

/** What sshwhy says, what it gives as the reason, and what really came of it. */
interface Tried {
  readonly said: 'in' | 'refused' | 'unknown';
  readonly why: string;
  readonly really: 'in' | 'refused';
}

/** Keys of the certificates, on the machine that the lab runs on. */
const folder = join(RUN_DIR, 'certificates');

/** Brings the host into the state: who comes, with which key where it is not alice's own, or with a password. */
async function enter(
  lab: Lab,
  one: Question | CertificateState,
): Promise<{ ran: Ran; user: string; key?: string; password?: string }> {
  if ('credential' in one) {
    const { script: all, key } = await certificateScript(folder, lab.name, one);
    const ran = await lab.host.run(`${restored('Etc/UTC')}\n${all}`, { timeoutMs: 30_000 });
    return { ran, user: one.base.user, key };
  }
  const { state: made, first, last, password } = one;
  const ran = await lab.host.run([...first, script(made), ...last].join('\n'), { timeoutMs: 30_000 });
  return { ran, user: made.user, ...(password ? { password: PASSWORD } : {}) };
}

async function attempt(lab: Lab, one: Question | CertificateState): Promise<Tried | string> {
  const { ran: made, user, key, password } = await enter(lab, one);
  if (made.code !== 0) return `the state cannot be made: ${made.stderr}`;
  // The server is asked first: the answer has to come from its state, not from the log of this login.
  await lab.host.run('journalctl --rotate -q; journalctl --vacuum-time=1s -q', { timeoutMs: 10_000 });
  const { report, problems } = await ask(lab, 'server', {
    user,
    ...(key === undefined ? {} : { key: `${key}.pub` }),
    ...(password === undefined ? {} : { password }),
  });
  if (!report) return problems.join('; ');
  const blocking = report.causes.find(({ role, verdict }) => role === 'blocking' && verdict !== 'possible');
  const auth = report.gates.find(({ gate }) => gate === 'auth');
  const open = !blocking && auth?.outcome === 'open' && !report.gates.some(({ outcome }) => outcome === 'closed');
  const login = await lab.client.ssh({
    to: `${user}@web1`,
    timeoutMs: 30_000,
    ...(password === undefined ? {} : { password, args: ['-oPubkeyAuthentication=no'] }),
    ...(key === undefined ? {} : { args: ['-i', key] }),
  });
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
    `${suite}: ${states.length} states, ${count.in} said to be let in, ${count.refused} to be refused, ${count.unknown} unknown (${Math.round((100 * count.unknown) / Math.max(1, states.length))}%); ${wrong} wrong`,
  );
  return wrong;
}

console.log(`seed ${seed}`);
await makeKeys(folder);
const suites = SUITES.filter((suite) => values.suite === undefined || suite === values.suite);
const wrong = await Promise.all(suites.map(compare));
process.exitCode = wrong.some((n) => n > 0) ? 1 : 0;
