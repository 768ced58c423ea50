/**
 * Makes the templates of attempts: boots a host of each release, does each kind of attempt once with the real ssh, and keeps what the
 * real daemons wrote of it. `npx tsx lab/scenarios/capture.ts [--suite S]` writes test/fixtures/watch/SUITE.txt; needs what the lab needs.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sleep } from '../command.ts';
import { type Lab, withHost } from '../host.ts';
import { NO_PENALTY, startFail2ban } from '../scripts.ts';
import { SUITES, type Suite } from '../seed.ts';
import { KINDS, type Kind } from './kinds.ts';

const FOLDER = join(import.meta.dirname, '../../test/fixtures/watch');
const TAGS = ['sshd', 'sshd-session', 'sshd-auth', 'systemd', 'systemd-logind', 'sshguard'];
const { values } = parseArgs({ options: { suite: { type: 'string' } } });

/** `SECONDS TAG[PID]: MESSAGE`, oldest first, in seconds of the epoch. */
async function written(lab: Lab, since: string): Promise<string[]> {
  const cursor = since === '' ? '' : `--after-cursor='${since}'`;
  const said = await lab.host.run(
    `journalctl -q -o short-unix --no-hostname ${cursor} ${TAGS.map((tag) => `-t ${tag}`).join(' ')} --no-pager`,
  );
  // The managers of users come and go when they like, between what is of interest.
  return said.stdout
    .split('\n')
    .filter((line) => /^\d+\.\d+ /.test(line))
    .filter((line) => !/ systemd\[\d+\]: /.test(line) || /(?:ssh\.|OpenBSD|session-\d+\.scope)/.test(line));
}

const cursor = async (lab: Lab): Promise<string> =>
  /cursor: (.*)/.exec((await lab.host.run('journalctl -n 0 --show-cursor')).stdout)?.[1] ?? '';

/** What fail2ban wrote into its own file, in the form of the others. */
async function fail2banWrote(lab: Lab): Promise<string[]> {
  const { stdout } = await lab.host.run(
    'grep -E "(Found|Ban|Unban|already|Jail .sshd. started)" /var/log/fail2ban.log',
  );
  return stdout
    .trim()
    .split('\n')
    .flatMap((line) => {
      const found = /^(\S+ \S+),(\d+) (fail2ban\.\w+) +\[(\d+)\]: (.*)$/.exec(line);
      if (found === null) return [];
      const [, at = '', ms, name, pid, rest] = found;
      return [`${Date.parse(`${at.replace(' ', 'T')}Z`) / 1000 + Number(ms) / 1000} ${name}[${pid}]: ${rest}`];
    });
}

function block(name: string, lines: readonly string[]): string {
  const timed = lines.map((line) => {
    const space = line.indexOf(' ');
    return [Number(line.slice(0, space)), line.slice(space + 1)] as const;
  });
  timed.sort(([a], [b]) => a - b);
  const start = timed[0]?.[0] ?? 0;
  return `== ${name}\n${timed.map(([at, text]) => `${(at - start).toFixed(3)} ${text}\n`).join('')}\n`;
}

async function one(lab: Lab, kind: Kind): Promise<string> {
  if (kind.prepare !== undefined) await lab.host.run(kind.prepare, { timeoutMs: 30_000 });
  // What came before has been written.
  await sleep(500);
  const before = await cursor(lab);
  if (kind.client !== undefined) await lab.client.run(kind.client, { timeoutMs: 60_000 });
  if (kind.server !== undefined) await lab.host.run(kind.server, { timeoutMs: 30_000 });
  await sleep((kind.settle ?? 1) * 1000);
  const lines = await written(lab, before);
  if (kind.after !== undefined) await lab.host.run(kind.after, { timeoutMs: 30_000 });
  return block(kind.name, lines);
}

const GUESS =
  'for i in $(seq 8); do timeout 4 ssh -o BatchMode=yes -o ConnectTimeout=2 nobody-here@web1 true; sleep 1; done';

/** Bans and penalties: what one guesser gets to feel, and what is written of it. */
async function bans(suite: Suite): Promise<string> {
  const found: string[] = [];
  await withHost({ suite }, async (lab) => {
    const [host, client] = [lab.host, lab.client];
    await host.run(NO_PENALTY + startFail2ban('nftables', 'maxretry = 5\\nbantime = 15\\n'), { timeoutMs: 60_000 });
    await sleep(1000);
    const before = await cursor(lab);
    await client.run(GUESS, { timeoutMs: 90_000 });
    await sleep(20_000);
    found.push(block('fail2ban', [...(await written(lab, before)), ...(await fail2banWrote(lab))]));
  });
  if (suite !== 'bullseye')
    await withHost({ suite }, async (lab) => {
      await lab.host.run(`${NO_PENALTY}\n: > /etc/sshguard/whitelist; systemctl start sshguard; sleep 2`, {
        timeoutMs: 60_000,
      });
      const before = await cursor(lab);
      await lab.client.run(GUESS, { timeoutMs: 90_000 });
      await sleep(1500);
      found.push(block('sshguard', await written(lab, before)));
    });
  if (suite === 'trixie')
    await withHost({ suite }, async (lab) => {
      await lab.host.run(
        `echo 'PerSourcePenalties noauth:5s min:15s' >/etc/ssh/sshd_config.d/10-penalties.conf; systemctl restart ssh; sleep 1`,
      );
      const before = await cursor(lab);
      await lab.client.run(GUESS.replace('sleep 1', 'sleep 0.3'), { timeoutMs: 90_000 });
      await sleep(1500);
      found.push(block('penalties', await written(lab, before)));
    });
  return found.join('');
}

for (const suite of SUITES) {
  if (values.suite !== undefined && values.suite !== suite) continue;
  const made: string[] = [];
  await withHost({ suite }, async (lab) => {
    await lab.host.run(NO_PENALTY, { timeoutMs: 30_000 });
    await sleep(1000);
    for (const kind of KINDS) {
      if (kind.suites !== undefined && !kind.suites.includes(suite)) continue;
      made.push(await one(lab, kind));
      process.stderr.write(`${suite} ${kind.name}\n`);
    }
  });
  made.push(await bans(suite));
  const head = `# What ${suite}'s daemons wrote of each kind of attempt. Made by lab/scenarios/capture.ts; seconds from the first line.\n\n`;
  writeFileSync(join(FOLDER, `${suite}.txt`), head + made.join(''));
}
