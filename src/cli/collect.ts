import { Command } from 'commander';
import { collectServer } from '../app/server.ts';
import { collectScript } from '../collect/script.ts';
import { writeBundle } from '../facts/bundle.ts';
import { openTransport } from '../transport/open.ts';
import { progress } from './answer.ts';
import { save } from './save.ts';
import { parsePort } from './target.ts';

interface CollectFlags {
  readonly user?: string;
  readonly from?: string;
  readonly port?: number;
  readonly on?: string;
  readonly out?: string;
  readonly printScript?: boolean;
  readonly boot?: boolean;
  readonly keys?: boolean;
}

/** `sshwhy collect`: only look, and write down what was seen. */
export function collectCommand(signal: AbortSignal): Command {
  return new Command('collect')
    .description('only look at a server, and write the bundle that a diagnosis reads')
    .option('--print-script', 'print the script that does it, for a machine without Node; its output is a bundle')
    .option('--user <name>', 'the account to look at in detail')
    .option('--from <address>', 'the client address to look for')
    .option('-p, --port <n>', 'the port that the client dials', parsePort)
    .option('--boot', 'also look at what the next boot will make of it, for sshwhy preflight')
    .option('--on <transport>', 'through which door (default: this machine)')
    .option('--keys', 'what `sshwhy keys` reads instead: public keys of all accounts, and logins with them')
    .option('--out <file>', 'write there instead of standard output')
    .action(async ({ on = 'local', out, printScript, keys, ...about }: CollectFlags) => {
      const question = { ...about, ...(keys ? { scope: 'keys' as const } : {}) };
      if (printScript) {
        process.stdout.write(collectScript(question));
        return;
      }
      const bar = progress(false);
      bar.step(`looking at the server through ${on}`);
      const bundle = await collectServer(openTransport(on), question, { signal }).finally(bar.done);
      if (out === undefined) process.stdout.write(writeBundle(bundle));
      else save(out, writeBundle(bundle));
    });
}
