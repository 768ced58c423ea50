/**
 * Our answer to "would this login be let in" against a real login: random configurations, accounts, keys, modes and PAM
 * lines on hosts of three releases.
 * npx tsx oracle/access.ts [--seed N] [--states N] [--suite S] [--certificates]     needs root; N on each release
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { ask } from '../lab/ask.ts';
import { RUN_DIR } from '../lab/cleanup.ts';
import type { Ran } from '../lab/command.ts';
import { type Lab, withHost } from '../lab/host.ts';
import { SUITES, type Suite } from '../lab/seed.ts';
import { certificateScript, makeKeys } from './access/certificate-files.ts';
import { type CertificateState, certificateState } from './access/certificates.ts';
import { KEEP, type State, script, state } from './access/states.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    states: { type: 'string', default: '60' },
    suite: { type: 'string' },
    certificates: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

/** What sshwhy says, what it gives as the reason, and what really came of it. */
interface Tried {
  readonly said: 'in' | 'refused' | 'unknown';
  readonly why: string;
  readonly really: 'in' | 'refused';
}

/** Keys of the certificates, on the machine that the lab runs on. */
const folder = join(RUN_DIR, 'certificates');

/** Brings the host into the state: who comes, with which key where it is not alice's own. */
async function enter(lab: Lab, one: State | CertificateState): Promise<{ ran: Ran; user: string; key?: string }> {
  if (!('credential' in one)) return { ran: await lab.host.run(script(one), { timeoutMs: 30_000 }), user: one.user };
  const { script: all, key } = await certificateScript(folder, lab.name, one);
  return { ran: await lab.host.run(all, { timeoutMs: 30_000 }), user: one.base.user, key };
}

async function attempt(lab: Lab, one: State | CertificateState): Promise<Tried | string> {
  const { ran: made, user, key } = await enter(lab, one);
  if (made.code !== 0) return `the state cannot be made: ${made.stderr}`;
  // The server is asked first: the answer has to come from its state, not from the log of this login.
  await lab.host.run('journalctl --rotate -q; journalctl --vacuum-time=1s -q', { timeoutMs: 10_000 });
  const { report, problems } = await ask(lab, 'server', { user, ...(key === undefined ? {} : { key: `${key}.pub` }) });
  if (!report) return problems.join('; ');
  const blocking = report.causes.find(({ role, verdict }) => role === 'blocking' && verdict !== 'possible');
  const auth = report.gates.find(({ gate }) => gate === 'auth');
  const open = !blocking && auth?.outcome === 'open' && !report.gates.some(({ outcome }) => outcome === 'closed');
  const login = await lab.client.ssh({
    to: `${user}@web1`,
    timeoutMs: 20_000,
    ...(key === undefined ? {} : { args: ['-i', key] }),
  });
  return {
    said: blocking ? 'refused' : open ? 'in' : 'unknown',
    why: blocking ? `${blocking.id} (${blocking.verdict}) ${blocking.text}` : `${auth?.detail}`,
    really: login.code === 0 ? 'in' : 'refused',
  };
}

async function compare(suite: Suite): Promise<number> {
  const how = { seed, numRuns: Number(values.states) };
  const states = values.certificates ? fc.sample(certificateState, how) : fc.sample(state, how);
  const count = { in: 0, refused: 0, unknown: 0 };
  let wrong = 0;
  await withHost({ suite }, async (lab) => {
    await lab.host.run(KEEP);
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
if (values.certificates) await makeKeys(folder);
const suites = SUITES.filter((suite) => values.suite === undefined || suite === values.suite);
const wrong = await Promise.all(suites.map(compare));
process.exitCode = wrong.some((n) => n > 0) ? 1 : 0;
