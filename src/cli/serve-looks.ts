import { attemptOf } from '../app/attempt.ts';
import { lookFromBothSides } from '../app/client.ts';
import { diagnose } from '../app/diagnose.ts';
import { collectServer } from '../app/server.ts';
import { UsageError } from '../model/errors.ts';
import { shellQuote } from '../model/remedy.ts';
import { openTransport } from '../transport/open.ts';
import type { Transport } from '../transport/transport.ts';
import type { DiagnoseForm, ServerForm } from '../web/api.ts';
import type { Looks, Prepared } from '../web/server/looks.ts';
import { offeredIn } from './offered.ts';
import { type SshFlags, sshArguments } from './options.ts';
import { parseAccount, parseAddress, parsePort, parseTarget } from './target.ts';

/** Options of ssh_config that a page may set: none of them names a program, a library or a file that is run or included. */
const OPTIONS = new Set(
  `addressfamily bindaddress bindinterface ciphers compression connecttimeout gssapiauthentication hostbasedauthentication
  hostkeyalgorithms hostkeyalias identitiesonly ipqos kbdinteractiveauthentication kexalgorithms macs passwordauthentication
  preferredauthentications pubkeyacceptedalgorithms pubkeyauthentication rekeylimit requiredrsasize stricthostkeychecking`.split(
    /\s+/,
  ),
);

/** One word for ssh: a value that begins with a dash would be an option there, and its own configuration may hand it to a shell. */
function word(field: string, text: string): string {
  if (text.startsWith('-') || !/^[\p{L}\p{N}_.,:@/%+=~[\]-]+$/u.test(text))
    throw new UsageError(`${field} "${text}" is not a word that ssh can be given from here`);
  return text;
}

function path(field: string, text: string): string {
  if (text.startsWith('-') || /\p{Cc}/u.test(text))
    throw new UsageError(`${field} "${text}" is not the path of a file`);
  return text;
}

function option(text: string): string {
  const [, name = '', value = ''] = /^([A-Za-z0-9]+)(?:\s*=|\s)\s*(\S.*)$/.exec(text.trim()) ?? [];
  if (!OPTIONS.has(name.toLowerCase()))
    throw new UsageError(
      `-o ${name === '' ? `"${text}"` : name} can be given on the terminal only; from a page: ${[...OPTIONS].join(' ')}`,
    );
  if (!/^[\w.,:@/+*^=-]+$/.test(value)) throw new UsageError(`-o ${name}: "${value}" is not a value that it takes`);
  return `${name}=${value}`;
}

/** Doors run commands: those that are somebody's own words are for the terminal. */
function door(name: string, ssh: readonly string[]): Transport {
  if (name.startsWith('exec:'))
    throw new UsageError('a door of the kind exec: runs any command; it can be given on the terminal only');
  return openTransport(name, ssh);
}

const given = (text: string | undefined): text is string => text !== undefined && text !== '';
const typed = (words: readonly string[]): string => words.map(shellQuote).join(' ');

function sshFlags(form: DiagnoseForm): SshFlags {
  return {
    ...(form.identity?.length ? { identity: form.identity.map((file) => path('-i', file)) } : {}),
    ...(given(form.port) ? { port: parsePort(form.port) } : {}),
    ...(given(form.login) ? { login: word('-l', form.login) } : {}),
    ...(given(form.jump) ? { jump: word('-J', form.jump) } : {}),
    ...(given(form.configFile) ? { configFile: path('-F', form.configFile) } : {}),
    ...(form.option?.length ? { option: form.option.map(option) } : {}),
    ...(form.family === '4' ? { ipv4: true } : form.family === '6' ? { ipv6: true } : {}),
  };
}

function fromHere(form: DiagnoseForm): Prepared {
  const input = form.target.trim();
  const target = parseTarget(input);
  const flags = sshFlags(form);
  const argv = sshArguments(flags, target);
  const from = given(form.from) ? parseAddress(form.from) : undefined;
  const server = given(form.on) ? door(form.on, []) : undefined;
  const vantages = (form.vantage ?? []).map((name) => door(name, []));
  const timeout = form.timeout ?? 20;
  // ssh's own flags are ours too, but for what the target says itself.
  const words = [
    ...sshArguments(flags),
    ...(given(form.on) ? ['--on', form.on] : []),
    ...(from === undefined ? [] : ['--from', from]),
  ];
  return {
    title: input,
    command: typed([
      ...['sshwhy', ...words],
      ...(form.vantage ?? []).flatMap((name) => ['--vantage', name]),
      ...(form.allHostKeys ? ['--all-host-keys'] : []),
      ...(timeout === 20 ? [] : ['--timeout', String(timeout)]),
      input,
    ]),
    fixCommand: typed(['sshwhy', 'fix', ...words, input]),
    doors: { client: openTransport('local'), ...(server ? { server } : {}) },
    proves: true,
    look: async ({ signal, step }) => {
      const startedAt = performance.now();
      const { bundle, attempt } = await lookFromBothSides(
        { argv, host: target.host },
        {
          ...{ timeoutMs: timeout * 1000, signal, step, vantages, allHostKeys: form.allHostKeys === true },
          ...(server ? { door: server } : {}),
          ...(from === undefined ? {} : { from }),
        },
      );
      return diagnose(input, bundle, attempt, performance.now() - startedAt);
    },
  };
}

function onServer(form: ServerForm): Prepared {
  const name = given(form.on) ? form.on : 'local';
  const server = door(name, []);
  const question = {
    ...(given(form.user) ? { user: parseAccount(form.user) } : {}),
    ...(given(form.from) ? { from: parseAddress(form.from) } : {}),
    ...(given(form.port) ? { port: parsePort(form.port) } : {}),
  };
  const offered = given(form.key) ? offeredIn(path('--key', form.key)) : {};
  const words = [
    ...(['user', 'from', 'port', 'key'] as const).flatMap((flag) => {
      const value = form[flag];
      return given(value) ? [`--${flag}`, value] : [];
    }),
    ...(name === 'local' ? [] : ['--on', name]),
  ];
  return {
    title: `the server ${name === 'local' ? 'here' : name}${given(form.user) ? `, ${form.user}` : ''}`,
    command: typed(['sshwhy', 'server', ...words]),
    fixCommand: typed(['sshwhy', 'fix', ...words]),
    doors: { client: openTransport('local'), server },
    proves: false,
    look: async ({ signal, step }) => {
      const startedAt = performance.now();
      step(`looking at the server through ${name}`);
      const bundle = await collectServer(server, question, { signal });
      const attempt = { ...attemptOf(bundle), ...question, ...offered };
      return diagnose(name, bundle, attempt, performance.now() - startedAt);
    },
  };
}

/** The forms of the page, read as the command line reads its flags. */
export const looks: Looks = { diagnose: fromHere, server: onServer };
