import { existsSync, readFileSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { causes } from '../causes/index.gen.ts';
import { type ExplainedText, explained } from '../facts/events/explained.ts';
import { remembered } from '../facts/events/remembered.ts';
import { wordingsOf } from '../knowledge/events/event.ts';
import { eventTypes } from '../knowledge/events/index.ts';
import { LookError, UsageError } from '../model/errors.ts';
import { explainLogin } from '../reason/explain-login.ts';
import { causePage } from '../report/cause-page.ts';
import { jsonText } from '../report/json-text.ts';
import { explainedText } from '../report/logs/explained.ts';
import { loginText } from '../report/logs/login.ts';
import { view } from './answer.ts';
import { standardInput } from './stdin.ts';

/** Larger files are for `sshwhy logs`. */
const MOST = 64 << 20;

const EXAMPLES = `
Examples:
  sshwhy explain firewall/host-drop
  sshwhy explain "Connection refused"
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
      const { text, said } = await messages(what);
      const login = text === undefined ? undefined : explainLogin(text, new Date().toISOString());
      if (login !== undefined) {
        const { said: lines, ...told } = login;
        const made = {
          schema: 1,
          kind: 'login',
          ...told,
          kinds: kindsOf(lines),
          unknown: lines.unknown,
          debug: lines.debug,
        };
        process.stdout.write(flags.json ? `${jsonText(made, 2)}\n` : loginText(login, view()));
        return;
      }
      if (flags.json) {
        const made = { schema: 1, kind: 'messages', ...said, kinds: kindsOf(said) };
        process.stdout.write(`${jsonText(made, 2)}\n`);
      } else process.stdout.write(explainedText(said, causes, view().width));
    });
}

const kindsOf = ({ kinds }: ExplainedText): readonly object[] =>
  kinds.map(({ type, line, count }) => ({ ...type, line, count }));

/** What is known of a message, file or event, and the text itself where it has more than one line. @throws UsageError when it is none of these. */
async function messages(what: string): Promise<{ readonly text?: string; readonly said: ExplainedText }> {
  const read = (text: string) => ({ text, said: explained(text) });
  if (what === '-') return read(await standardInput(MOST));
  const event = eventTypes.find((one) => one.id === what);
  if (event)
    return {
      said: { kinds: [{ type: event, line: wordingsOf(event.says)[0] ?? '', count: 1 }], unknown: 0, debug: 0 },
    };
  const said = explained(what);
  if (said.kinds.length > 0) return { text: what, said };
  if (existsSync(what)) {
    try {
      if (statSync(what).size > MOST) throw new Error('it is too large; sshwhy logs reads logs of any size');
      return read(readFileSync(what, 'utf8'));
    } catch (error) {
      throw new LookError(`cannot read ${what}: ${(error as Error).message}`);
    }
  }
  const part = remembered(what);
  if (part !== undefined) return { said: part };
  if (/\s/.test(what))
    throw new UsageError(
      'no message has these words; give the whole line, a file, or - for standard input (sshwhy explain lists the causes)',
    );
  const near = causes.filter((one) => one.id.includes(what)).map((one) => one.id);
  throw new UsageError(
    `no cause "${what}"${near.length ? `; did you mean ${near.join(', ')}?` : ''} (sshwhy explain lists them)`,
  );
}
