import { readFile } from 'node:fs/promises';
import { UsageError } from '../model/errors.ts';
import type { Channel } from '../model/watch.ts';
import { badUrl, type ChannelConfig, nameOf } from './watch-alerts-config.ts';

const MOST_SECRET = 65_536;

/** What `env:NAME` or `file:/PATH` stands for; other text stands for itself. @throws UsageError; it never says a secret. */
export async function secretOf(text: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [, kind, where = ''] = /^(env|file):(.*)$/s.exec(text) ?? [];
  if (kind === undefined) return text;
  let value: string | undefined;
  if (kind === 'env') value = environment[where];
  else
    value = await readFile(where, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`the secret ${text} cannot be read: ${error.code ?? error.message}`);
    });
  const trimmed = value?.replace(/\r?\n$/, '');
  if (!trimmed) throw new UsageError(`the secret ${text} is ${value === undefined ? 'not set' : 'empty'}`);
  if (trimmed.length > MOST_SECRET || /[\0\r\n]/.test(trimmed))
    throw new UsageError(`the secret ${text} is not one line`);
  return trimmed;
}

async function urlOf(text: string): Promise<URL> {
  const url = await secretOf(text);
  const wrong = badUrl(url);
  if (wrong !== undefined) throw new UsageError(`the URL of ${text === url ? 'a channel' : text} ${wrong}`);
  return new URL(url);
}

/** A file of authorities, as PEM. */
async function pemOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${error.code ?? error.message}`);
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new UsageError(`${file} holds no certificate (PEM)`);
  return text;
}

const PORTS = { starttls: 587, implicit: 465, none: 25, udp: 514, tcp: 514, tls: 6514 } as const;

/** The channel that a part of the configuration describes; what it needs is loaded only then. @throws UsageError */
export async function channelOf(config: ChannelConfig): Promise<Channel> {
  const name = nameOf(config);
  switch (config.kind) {
    case 'webhook': {
      const { webhook } = await import('../collect/alert/webhook.ts');
      const { url, secret, headers = {} } = config;
      const filled = await Promise.all(
        Object.entries(headers).map(async ([key, value]) => [key, await secretOf(value)] as const),
      );
      return webhook({
        name,
        url: await urlOf(url),
        headers: Object.fromEntries(filled),
        ...(secret === undefined ? {} : { secret: await secretOf(secret) }),
      });
    }
    case 'slack': {
      const { slack } = await import('../collect/alert/slack.ts');
      return slack({ name, url: await urlOf(config.url) });
    }
    case 'email': {
      const { email } = await import('../collect/alert/email.ts');
      const { host, tls, port = PORTS[tls], from, to, ca, user, password } = config;
      return email({
        ...{ name, host, port, tls, from, to },
        ...(ca === undefined ? {} : { ca: await pemOf(ca) }),
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password: await secretOf(password) }),
      });
    }
    case 'syslog': {
      const { syslog } = await import('../collect/alert/syslog.ts');
      const { facility, server } = config;
      if (server === undefined) return syslog({ name, facility });
      const { host, over, port = PORTS[over], ca } = server;
      return syslog({
        name,
        facility,
        server: { host, port, over, ...(ca === undefined ? {} : { ca: await pemOf(ca) }) },
      });
    }
    case 'command': {
      const { command } = await import('../collect/alert/command.ts');
      const [program = '', ...words] = config.argv;
      return command({ name, argv: [program, ...words] });
    }
    case 'desktop': {
      const { desktop } = await import('../collect/alert/desktop.ts');
      return desktop({ name });
    }
  }
}
