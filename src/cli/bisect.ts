import { Command } from 'commander';
import { type Bisected, bisect } from '../app/bisect.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import { visible } from '../report/escape.ts';
import { openTransport } from '../transport/open.ts';
import { progress } from './answer.ts';

interface BisectFlags {
  readonly user?: string;
  readonly on?: string;
  readonly json?: boolean;
}

/** `sshwhy bisect`: which lines of sshd_config keep a user out? */
export function bisectCommand(signal: AbortSignal): Command {
  return new Command('bisect')
    .description(
      'find the smallest set of lines of sshd_config that keeps a user out, with a second sshd on a spare port',
    )
    .requiredOption('--user <name>', 'the account that is to log in')
    .option('--on <transport>', 'through which door (default: this machine)', 'local')
    .option('--json', 'print the answer as JSON')
    .action(async ({ user = '', on = 'local', json }: BisectFlags) => {
      if (!/^[^\s:/-][^\s:/]*$/.test(user)) throw new UsageError(`"${user}" is no name of an account`);
      const bar = progress(json === true);
      const found = await bisect(openTransport(on), user, { signal, progress: bar.step }).finally(bar.done);
      process.stdout.write(json ? `${JSON.stringify(asJson(user, found), null, 2)}\n` : told(user, found));
      process.exitCode = found.outcome === 'works' ? EXIT.open : EXIT.closed;
    });
}

function asJson(user: string, { lines, ...rest }: Bisected): object {
  return { schema: 1, user, ...rest, lines: lines.map(({ file, line, text }) => ({ file, line, text })) };
}

function told(user: string, { outcome, lines, all, trials, said }: Bisected): string {
  const words = said ? ` ("${visible(said)}")` : '';
  if (outcome === 'works')
    return `A second sshd with all ${all} lines lets ${visible(user)} in from the machine itself: the lines of sshd_config are not the reason.\n`;
  if (outcome === 'not-the-configuration')
    return `Even a second sshd without any of the ${all} lines keeps ${visible(user)} out${words}: the reason is the account, PAM or the home, not sshd_config.\nsshwhy server --user ${visible(user)} looks at those.\n`;
  const list = lines.map(({ file, line, text, within }) => {
    const block = within.at(-1);
    return `  ${visible(file)}:${line}: ${visible(text.trim())}${block ? `   (in ${visible(block.text.trim())})` : ''}`;
  });
  const count = lines.length === 1 ? 'This line keeps' : `These ${lines.length} lines together keep`;
  return `${count} ${visible(user)} out${words}, of ${all}, found with ${trials} logins:\n${list.join('\n')}\n`;
}
