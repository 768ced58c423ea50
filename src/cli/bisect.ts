import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Bisected, type BisectQuestion, bisect, type UserKey } from '../app/bisect.ts';
import { parseAuthorizedKeys } from '../facts/access/authorized-keys.ts';
import { EXIT, UsageError } from '../model/errors.ts';
import { visible } from '../report/escape.ts';
import { jsonText } from '../report/json-text.ts';
import { openTransport } from '../transport/open.ts';
import { progress } from './answer.ts';
import { type SshFlags, sshArguments, withSshFlags } from './options.ts';
import { parseAccount, parseAddress } from './target.ts';

interface BisectFlags extends SshFlags {
  readonly user?: string;
  readonly from?: string;
  readonly key?: string;
  readonly on?: string;
  readonly json?: boolean;
}

/** `sshwhy bisect`: which lines of sshd_config keep a user out? */
export function bisectCommand(signal: AbortSignal): Command {
  const command = new Command('bisect')
    .description(
      'find the smallest set of lines of sshd_config that keeps a user out, with a second sshd on a spare port',
    )
    .requiredOption('--user <name>', 'the account that is to log in', parseAccount)
    .option(
      '--from <address>',
      'the address that it comes from, for lines that hang on it (default: the machine itself)',
      parseAddress,
    )
    .option('--key <file.pub>', 'its public key: a key of the same type takes its place, wherever it is authorized')
    .option('--on <transport>', 'through which door (default: this machine)', 'local')
    .option('--json', 'print the answer as JSON');
  return withSshFlags(command).action(async (flags: BisectFlags) => {
    // The port of the question is sshd's, not the door's.
    const { user = '', from, key, port, on = 'local', json, login: _, ...door } = flags;
    const bar = progress(json === true);
    const question = {
      user,
      ...(from !== undefined && { from }),
      ...(port !== undefined && { port }),
      ...(key !== undefined && { key: userKey(key) }),
    };
    const found = await bisect(openTransport(on, sshArguments(door)), question, { signal, progress: bar.step }).finally(
      bar.done,
    );
    process.stdout.write(json ? `${jsonText(asJson(user, found), 2)}\n` : told(question, found));
    process.exitCode = found.outcome === 'works' ? EXIT.open : EXIT.closed;
  });
}

/** @throws UsageError when the file holds no public key. */
function userKey(file: string): UserKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`cannot read --key ${file}: ${(error as Error).message}`);
  }
  const [key] = parseAuthorizedKeys([text]).keys;
  const blob = key && text.split(/[ \t]+/)[1];
  if (!key || !blob) throw new UsageError(`--key ${file} is not a public key (give the .pub file)`);
  return { type: key.type, blob, ...(key.bits !== undefined && { bits: key.bits }) };
}

function asJson(user: string, { lines, ...rest }: Bisected): object {
  return { schema: 1, user, ...rest, lines: lines.map(({ file, line, text }) => ({ file, line, text })) };
}

function told({ user, from }: BisectQuestion, { outcome, lines, all, trials, said }: Bisected): string {
  const words = said ? ` ("${visible(said)}")` : '';
  if (outcome === 'works')
    return from === undefined
      ? `A second sshd with all ${all} lines lets ${visible(user)} in from the machine itself. Lines that hang on the client's address are tried with --from ADDRESS.\n`
      : `A second sshd with all ${all} lines lets ${visible(user)} in from ${from}: the lines of sshd_config are not the reason.\n`;
  if (outcome === 'not-the-configuration')
    return `Even a second sshd without any of the ${all} lines keeps ${visible(user)} out${words}: the reason is the account, PAM or the home, not sshd_config.\nsshwhy server --user ${visible(user)} looks at those.\n`;
  const list = lines.map(({ file, line, text, within }) => {
    const block = within.at(-1);
    return `  ${visible(file)}:${line}: ${visible(text.trim())}${block ? `   (in ${visible(block.text.trim())})` : ''}`;
  });
  const count = lines.length === 1 ? 'This line keeps' : `These ${lines.length} lines together keep`;
  return `${count} ${visible(user)} out${words}, of ${all}, found with ${trials} logins:\n${list.join('\n')}\n`;
}
