import { CLOUD_ERRORS, CLOUD_PROGRAMS, type Vendor } from '../../knowledge/cloud-errors.ts';
import type { Gap } from '../../model/fact.ts';
import { shellQuote } from '../../model/remedy.ts';
import { run } from '../client/run.ts';

/** How a command line of a cloud answered. */
export type Answer =
  | { readonly argv: readonly string[]; readonly value: unknown }
  | { readonly argv: readonly string[]; readonly gap: Gap; readonly detail: string };

export interface Ask {
  /** When everything has to be over, on the clock of `performance.now()`. */
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
  readonly step?: ((text: string) => void) | undefined;
}

const EACH_MS = 25_000;
const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** No pager, no prompt, no colour: nobody is there to answer. */
const ENV = {
  AWS_PAGER: '',
  AZURE_CORE_NO_COLOR: 'true',
  AZURE_CORE_ONLY_SHOW_ERRORS: 'true',
  CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
};

/** A command as a person would type it. */
export const typed = (argv: readonly string[]): string => argv.map(shellQuote).join(' ');

/** Runs one command of the user's own command line for a cloud; a failure is an answer too. Rejects only on abort. */
export async function ask(vendor: Vendor, argv: readonly string[], o: Ask): Promise<Answer> {
  o.step?.(`asking: ${typed(argv)}`);
  const left = Math.max(1, Math.min(EACH_MS, o.until - performance.now()));
  const ran = await run(argv, {
    timeoutMs: left,
    signal: o.signal,
    env: { ...process.env, ...ENV },
    limit: OUTPUT_LIMIT,
  });
  const { program, install } = CLOUD_PROGRAMS[vendor];
  if (ran.error === 'ENOENT')
    return {
      argv,
      gap: 'unsupported',
      detail: `${program} is not installed here; get it from ${install}, or give its answers as files`,
    };
  if (ran.error !== undefined)
    return { argv, gap: 'unsupported', detail: `${program} cannot be started: ${ran.error}` };
  if (ran.timedOut)
    return { argv, gap: 'timed-out', detail: `${program} gave no answer within ${Math.round(left / 1000)} s` };
  if (ran.rc !== 0) return { argv, ...failure(vendor, ran.stderr, ran.rc) };
  if (ran.stdoutBytes > OUTPUT_LIMIT)
    return { argv, gap: 'unsupported', detail: `the answer of ${program} is too large` };
  try {
    return { argv, value: ran.stdout.trim() === '' ? [] : JSON.parse(ran.stdout) };
  } catch {
    return { argv, gap: 'unparsable', detail: `${program} did not answer in JSON` };
  }
}

/** What a failed command meant, in plain words, with its own last words. */
function failure(vendor: Vendor, stderr: string, rc: number | null): { gap: Gap; detail: string } {
  const text = stderr.slice(0, 20_000);
  const known = CLOUD_ERRORS[vendor].find(({ says }) => says.test(text));
  const lines = text.split('\n').map((line) => line.trim());
  const told = lines.filter((line) => line !== '');
  const said = (told.find((line) => /^ERROR\b|error occurred/.test(line)) ?? told.at(-1) ?? '').slice(0, 300);
  if (known)
    return { gap: known.gap, detail: `${known.means}: ${known.next}${said === '' ? '' : ` (it said: ${said})`}` };
  return {
    gap: 'unsupported',
    detail: `${CLOUD_PROGRAMS[vendor].program} failed with status ${rc}${said === '' ? '' : `: ${said}`}`,
  };
}
