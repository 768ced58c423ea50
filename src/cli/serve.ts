import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { UsageError } from '../model/errors.ts';
import { parsePort } from './target.ts';

interface ServeFlags {
  readonly listen: { readonly host: string; readonly port: number };
  readonly store?: string;
  readonly config?: string;
  readonly fleet?: string;
  readonly keys?: readonly string[];
  readonly posture?: readonly string[];
  readonly open: boolean;
  readonly allowFix?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly origin?: readonly string[];
  readonly withoutTls?: boolean;
}

const EXAMPLES = `
Examples:
  sshwhy serve                                     prints an address with a token, and opens it
  sshwhy serve --fleet run.jsonl                   with what sshwhy fleet check --json > run.jsonl saw
  ssh -L 7722:127.0.0.1:7722 web1 sshwhy serve     the page of another machine, through ssh
  sshwhy serve --origin https://ssh.example.org    behind a reverse proxy (docs/guides/serve.md)

The page belongs to whoever has the token: they ask as the user who started it. It changes nothing, unless --allow-fix is given.`;

/** `127.0.0.1:8022`, `[::1]:8022`, or a port alone. @throws UsageError for what is none of them. */
export function parseListen(word: string): ServeFlags['listen'] {
  const [, six, four, digits = ''] = /^(?:\[([0-9a-f:.]+)\]:|([\w.-]+):)?(\d{1,5})$/i.exec(word) ?? [];
  if (digits === '') throw new UsageError(`--listen "${word}" is not of the form ADDRESS:PORT`);
  return { host: (six ?? four ?? '127.0.0.1').toLowerCase(), port: digits === '0' ? 0 : parsePort(digits) };
}

/** `https://name[:port]`, as a browser writes an origin (RFC 6454). @throws UsageError for anything else. */
export function parseOrigin(word: string, before: readonly string[] = []): readonly string[] {
  const url = URL.canParse(word) ? new URL(word) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\/[^/?#@]+\/?$/i.test(word))
    throw new UsageError(`--origin "${word}" is not of the form https://NAME[:PORT]`);
  return [...before, url.origin];
}

/** `sshwhy serve`: the same answers in a browser. */
export function serveCommand(signal: AbortSignal): Command {
  return new Command('serve')
    .description('a local web page: diagnose, causes, and what the watch and the fleet have seen')
    .addOption(
      new Option('--listen <address:port>', 'where to listen; port 0: any that is free')
        .argParser(parseListen)
        .default({ host: '127.0.0.1', port: 7722 }, '127.0.0.1:7722'),
    )
    .option('--store <path>', 'the store of sshwhy watch (the usual one, where it is there)')
    .option('--config <file>', 'the watch.yaml that names the store')
    .option('--fleet <file>', 'the file of a run of sshwhy fleet')
    .option(
      '--keys <file...>',
      'what sshwhy keys list --json printed, or runs of sshwhy fleet keys, one file or several',
    )
    .option('--posture <file...>', 'what sshwhy harden --json printed; of one host the newest and the one before it')
    .option('--no-open', 'do not open a browser')
    .option(
      '--allow-fix',
      'let the page make fixes, once their plan was shown; each is proven by a login or taken back',
    )
    .option(
      '--origin <origin>',
      'what the page is reached as through a reverse proxy: https://NAME (repeatable)',
      parseOrigin,
    )
    .option('--tls-cert <file>', 'speak TLS: the certificate and its chain (PEM)')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option(
      '--without-tls',
      'listen beyond loopback without TLS: everybody on the way can read and change what is said',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => serving(flags, signal));
}

async function serving(flags: ServeFlags, signal: AbortSignal): Promise<void> {
  const [{ isLoopback, serve }, { looks }, { watchPlaces }, { openInBrowser }] = await Promise.all([
    import('../web/server/listen.ts'),
    import('./serve-looks.ts'),
    import('../app/watch-places.ts'),
    import('./serve-open.ts'),
  ]);
  const { tlsCert: cert, tlsKey: key, origin = [] } = flags;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--tls-cert and --tls-key go together');
  const beyond = !isLoopback(flags.listen.host);
  if (beyond && cert === undefined && !flags.withoutTls)
    throw new UsageError(
      `${flags.listen.host} is not loopback: others would read the token on the way. Give --tls-cert and --tls-key, keep to loopback behind a reverse proxy or ssh -L, or say --without-tls`,
    );
  const { store } = watchPlaces(flags.config, flags.store);
  const told = flags.store !== undefined || flags.config !== undefined;
  const served = await serve({
    ...flags.listen,
    ...{ origins: origin, allowFix: flags.allowFix === true, looks, signal },
    ...{ keys: flags.keys ?? [], posture: flags.posture ?? [] },
    ...(told || existsSync(store) ? { store } : {}),
    ...(flags.fleet === undefined ? {} : { fleet: flags.fleet }),
    ...(cert === undefined || key === undefined ? {} : { tls: { cert, key } }),
  });
  const [url = '', ...others] = served.urls;
  process.stdout.write(`${[url, ...others].join('\n')}\n`);
  if (process.stderr.isTTY)
    process.stderr.write('This address is a key: whoever opens it asks as you. Ctrl-C ends it.\n');
  const forget = flags.open && process.stdout.isTTY && !beyond ? openInBrowser(url) : undefined;
  try {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    forget?.();
    await served.close();
  }
}
