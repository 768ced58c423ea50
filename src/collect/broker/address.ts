import { isIP } from 'node:net';
import { UsageError } from '../../model/errors.ts';
import { secret, smallFile } from '../secret.ts';

/** Where a broker is and what it wants to see. Secrets are here in clear: never print one. */
export interface BrokerAddress {
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** The seed of an nkey. */
  readonly nkey?: string;
  /** The text of a file of credentials (`nsc generate creds`). */
  readonly creds?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Name of the stream of events, and the head of the names of the others. */
  readonly stream: string;
}

const OPTIONS = ['tls', 'ca', 'cert', 'key', 'user', 'password', 'token', 'nkey', 'creds', 'stream'] as const;

/**
 * Reads `nats://[user[:password]@]host[:port][,host[:port]…][?option=value&…]`; `tls://` wants TLS, as do `?tls`, `ca`, `cert`.
 * `ca`, `cert`, `key`, `nkey` and `creds` name files; `password` and `token` are as `secret` reads them, so that none of them
 * has to be typed. @throws UsageError
 */
export function brokerAddress(text: string): BrokerAddress {
  const [, scheme, userinfo, hosts = '', query = ''] =
    /^(nats|tls):\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/?(?:\?(.*))?$/.exec(text) ?? [];
  if (scheme === undefined)
    throw new UsageError(
      'no address of a broker; say nats://host:4222,host2:4222 or tls://user@host:4222?password=env:NAME',
    );
  const asked = new URLSearchParams(query);
  for (const name of asked.keys())
    if (!OPTIONS.some((one) => one === name))
      throw new UsageError(`${name} is no option of nats://; there are ${OPTIONS.join(', ')}`);
  const get = (name: (typeof OPTIONS)[number]): string | undefined => asked.get(name) || undefined;
  const [ca, cert, key, nkey, creds, token] = [
    get('ca'),
    get('cert'),
    get('key'),
    get('nkey'),
    get('creds'),
    get('token'),
  ];
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('cert and key of nats:// go together');
  const [typedUser, typedPassword] = (userinfo ?? '').split(':', 2).map(decodeURIComponent);
  const user = get('user') ?? (typedUser || undefined);
  const password = get('password') ?? typedPassword;
  if ([user, token, nkey, creds].filter((one) => one !== undefined).length > 1)
    throw new UsageError('user, token, nkey and creds of nats:// exclude each other');
  const stream = get('stream') ?? 'SSHWHY';
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(stream))
    throw new UsageError('a stream is named with letters, digits, _ and - only');
  const off = ['0', 'no', 'false'].includes(asked.get('tls') ?? '');
  const wanted = (asked.has('tls') && !off) || scheme === 'tls' || ca !== undefined || cert !== undefined;
  const servers = hosts.split(',').map(server);
  // The client would hold the certificate against the name `localhost`, whatever the address.
  if (wanted && servers.some((one) => isIP(one.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) !== 0))
    throw new UsageError('TLS to a broker needs names of hosts, which its certificate has, not addresses');
  return {
    servers,
    stream,
    ...(user !== undefined && { user }),
    ...(user !== undefined && password !== undefined && { password: secret(password) }),
    ...(token !== undefined && { token: secret(token) }),
    ...(nkey !== undefined && { nkey: seedIn(nkey) }),
    ...(creds !== undefined && { creds: credsIn(creds) }),
    ...(wanted && {
      tls: {
        ...(ca && { ca: smallFile(ca) }),
        ...(cert && { cert: smallFile(cert) }),
        ...(key && { key: smallFile(key) }),
      },
    }),
  };
}

/** The seed of a user's nkey: `S`, `U`, and the rest of 58 characters of base 32 (the README of nats-io/nkeys). Nothing of it is said. */
function seedIn(file: string): string {
  const text = smallFile(file).trim();
  if (/^U[A-Z2-7]{55}$/.test(text))
    throw new UsageError(`${file} has the public half of an nkey; the seed is wanted (SU…)`);
  if (/^S[ACONX][A-Z2-7]{56}$/.test(text))
    throw new UsageError(`${file} has the seed of an account, operator or server; that of a user is wanted (SU…)`);
  if (!/^SU[A-Z2-7]{56}$/.test(text)) throw new UsageError(`${file} has no seed of an nkey (SU… and nothing else)`);
  return text;
}

/** What `nsc generate creds` writes: the user's JWT and the seed of its nkey, each between two lines that say so. */
function credsIn(file: string): string {
  const text = smallFile(file).replace(/\r\n/g, '\n');
  for (const part of ['NATS USER JWT', 'USER NKEY SEED'])
    if (!text.includes(`BEGIN ${part}-`))
      throw new UsageError(`${file} has no credentials: "BEGIN ${part}" is missing`);
  return text;
}

function server(text: string): string {
  const [, name, port = '4222'] = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (name === undefined || Number(port) > 65_535)
    throw new UsageError(`"${text}" is no host of a broker; say host or host:4222`);
  return `${name}:${port}`;
}

/** What may be shown of an address. */
export const brokerName = ({ servers, stream }: BrokerAddress): string => `nats://${servers.join(',')} (${stream})`;
