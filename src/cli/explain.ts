import { existsSync, readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { causes } from '../causes/index.gen.ts';
import { explained } from '../facts/events/explained.ts';
import { eventTypes } from '../knowledge/events/index.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { causePage } from '../report/cause-page.ts';
import { explainedText } from '../report/logs/explained.ts';
import { view } from './answer.ts';
import { standardInput } from './stdin.ts';

/** Larger files are for `sshwhy logs`. */
const MOST = 64 << 20;

const EXAMPLES = `
Examples:
  sshwhy explain firewall/host-drop
  sshwhy explain "Permission denied (publickey)."
  ssh -vvv alice@web1 2>&1 | sshwhy explain -`;

/** `sshwhy explain CAUSE|FILE|-|"message"`: the page of one cause, or what messages mean. */
export function explainCommand(): Command {
  return new Command('explain')
    .description(
      'the page of one cause, e.g. firewall/host-drop, or what a message, a log, or the output of ssh means; without a name, the list of all causes',
    )
    .argument('[what]', 'id of a cause or event, a message, a file, or - for standard input')
    .option('--json', 'of messages: print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (what: string | undefined, flags: { readonly json?: boolean }) => {
      if (what === undefined) {
        const width = Math.max(...causes.map((cause) => cause.id.length));
        process.stdout.write(causes.map((cause) => `${cause.id.padEnd(width)}  ${cause.title}\n`).join(''));
        return;
      }
      const cause = causes.find((one) => one.id === what);
      if (cause) {
        process.stdout.write(causePage(cause, causes));
        return;
      }
      const said = await messages(what);
      if (flags.json) {
        const made = {
          schema: 1,
          ...said,
          kinds: said.kinds.map(({ type, line, count }) => ({ ...type, line, count })),
        };
        process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
      } else process.stdout.write(explainedText(said, causes, view().width));
    });
}

/** What is known of a message, file or event. @throws UsageError when it is none of these. */
async function messages(what: string): Promise<ReturnType<typeof explained>> {
  if (what === '-') return explained(await standardInput(MOST));
  const event = eventTypes.find((one) => one.id === what);
  if (event) return { kinds: [{ type: event, line: event.says, count: 1 }], unknown: 0 };
  const said = explained(what);
  if (said.kinds.length > 0) return said;
  if (existsSync(what)) {
    try {
      if (statSync(what).size > MOST) throw new Error('it is too large; sshwhy logs reads logs of any size');
      return explained(readFileSync(what, 'utf8'));
    } catch (error) {
      throw new LookError(`cannot read ${what}: ${(error as Error).message}`);
    }
  }
  if (/\s/.test(what)) throw new UsageError('no message of that wording is known');
  const near = causes.filter((one) => one.id.includes(what)).map((one) => one.id);
  throw new UsageError(
    `no cause "${what}"${near.length ? `; did you mean ${near.join(', ')}?` : ''} (sshwhy explain lists them)`,
  );
}
