import { spawn } from 'node:child_process';
import { sleep } from './command.ts';
import { bootLab, type Lab } from './host.ts';
import type { Topology } from './net.ts';
import type { Suite } from './seed.ts';

/** Commands that open a shell in each machine of a lab. */
export function howToEnter({ name, suite, host, client, router, bastion, env }: Lab): string {
  const enter = ({ pid }: { pid: number }, flags: string) => `nsenter -t ${pid} ${flags}`;
  return [
    `${name}  ${suite}, server ${env['SERVER']}, client ${env['CLIENT']}`,
    `  server   ${enter(host, '-a')} bash`,
    `  client   ${enter(client, '-m -n')} env HOME=/root bash        (then: ssh alice@web1)`,
    ...(router ? [`  router   ${enter(router, '-m -n')} bash`] : []),
    ...(bastion ? [`  bastion  ${enter(bastion, '-a')} bash`] : []),
    `  sshwhy   ${enter(client, '-m -n')} node dist/sshwhy.js alice@web1 --on "exec:${enter(host, '-a')}"`,
    '',
  ].join('\n');
}

/** Boots a lab; on a terminal a shell in the host, which ends it, otherwise it waits for a signal. */
export async function shell(suite: Suite, topology: Topology): Promise<number> {
  const lab = await bootLab({ suite, topology });
  process.stdout.write(`${howToEnter(lab)}\n`);
  if (!process.stdin.isTTY) {
    process.stdout.write('Waiting for SIGINT or SIGTERM.\n');
    for (;;) await sleep(60_000);
  }
  const child = spawn('nsenter', ['-t', String(lab.host.pid), '-a', 'bash', '-l'], { stdio: 'inherit' });
  const status = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  await lab.destroy();
  return status;
}
