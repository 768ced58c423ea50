import { readFile } from 'node:fs/promises';
import { secret as secretOf } from '../collect/secret.ts';
import { UsageError } from '../model/errors.ts';
import type { Channel } from '../model/watch.ts';
import { badUrl, type ChannelConfig, nameOf } from './watch-alerts-config.ts';

function urlOf(text: string): URL {
  const url = secretOf(text);
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
      const filled = Object.entries(headers).map(([key, value]) => [key, secretOf(value)] as const);
      return webhook({
        name,
        url: urlOf(url),
        headers: Object.fromEntries(filled),
        ...(secret === undefined ? {} : { secret: secretOf(secret) }),
      });
    }
    case 'slack': {
      const { slack } = await import('../collect/alert/slack.ts');
      return slack({ name, url: urlOf(config.url) });
    }
    case 'email': {
      const { email } = await import('../collect/alert/email.ts');
      const { host, tls, port = PORTS[tls], from, to, ca, user, password } = config;
      return email({
        ...{ name, host, port, tls, from, to },
        ...(ca === undefined ? {} : { ca: await pemOf(ca) }),
        ...(user === undefined ? {} : { user }),
        ...(password === undefined ? {} : { password: secretOf(password) }),
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
