import { Command } from 'commander';
import { UsageError } from '../model/errors.ts';
import { parsePort } from './target.ts';

interface ServeFlags {
  readonly listen: { readonly host: string; readonly port: number };
  readonly store?: string;
  readonly fleet?: string;
  readonly open: boolean;
  readonly allowFix?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly name?: readonly string[];
}

const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;

/** `127.0.0.1:8022`, `[::1]:8022`, or a port alone. @throws UsageError for what is none of them. */
export function parseListen(word: string): ServeFlags['listen'] {
  const [, six, four, digits = ''] = /^(?:\[([0-9a-f:]+)\]:|([^:[\]]+):)?(\d{1,5})$/i.exec(word) ?? [];
  if (digits === '') throw new UsageError(`--listen "${word}" is not of the form ADDRESS:PORT`);
  return { host: six ?? four ?? '127.0.0.1', port: digits === '0' ? 0 : parsePort(digits) };
}

/** `sshwhy serve`: the same answers in a browser. */
export function serveCommand(signal: AbortSignal): Command {
  return new Command('serve')
    .description('a local web page: diagnose, timeline, keys, fleet, causes')
    .option('--listen <address:port>', 'where to listen', parseListen, { host: '127.0.0.1', port: 7722 })
    .option('--store <path>', 'the store of sshwhy watch')
    .option('--fleet <file>', 'the file of a run of sshwhy fleet')
    .option('--no-open', 'do not open a browser')
    .action(async (flags: ServeFlags) => {
      if (!LOOPBACK.test(flags.listen.host)) throw new UsageError('--listen takes an address of loopback alone');
      const { serve } = await import('../web/server/listen.ts');
      const served = await serve({
        ...flags.listen,
        names: flags.name ?? [],
        allowFix: flags.allowFix === true,
        signal,
        ...(flags.store === undefined ? {} : { store: flags.store }),
        ...(flags.fleet === undefined ? {} : { fleet: flags.fleet }),
      });
      process.stdout.write(`${served.url}\n`);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await served.close();
    });
}
