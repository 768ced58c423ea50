import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LookError } from '../../model/errors.ts';
import { type BrokerAddress, brokerName } from './address.ts';

/** A connection that comes back by itself, for as long as it takes. */
export interface Broker {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  readonly stream: string;
}

/** How long an answer of the broker is waited for; a new leader of a stream is chosen within about 4 s. */
const ANSWER_MS = 5000;

/**
 * Connects to a broker, once: one that cannot be reached now is an error.
 * @throws LookError with what was wrong: refused credentials, a certificate, nobody there.
 */
export async function connectBroker(address: BrokerAddress, name: string): Promise<Broker> {
  const { connect, credsAuthenticator, nkeyAuthenticator } = await import('./nats.ts');
  const { jetstream, jetstreamManager } = await import('./nats.ts');
  const { user, password, token, nkey, creds, tls } = address;
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
  try {
    const connection = await connect({
      servers: [...address.servers],
      name,
      timeout: ANSWER_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      // A rotated password must not end an agent for good.
      ignoreAuthErrorAbort: true,
      pingInterval: 10_000,
      ...(tls && { tls: { ...tls } }),
      ...(user !== undefined && { user }),
      ...(password !== undefined && { pass: password }),
      ...(token !== undefined && { token }),
      ...(nkey !== undefined && { authenticator: nkeyAuthenticator(bytes(nkey)) }),
      ...(creds !== undefined && { authenticator: credsAuthenticator(bytes(creds)) }),
    });
    const options = { timeout: ANSWER_MS };
    return {
      connection,
      manager: await jetstreamManager(connection, { ...options, checkAPI: false }),
      client: jetstream(connection, options),
      stream: address.stream,
    };
  } catch (error) {
    throw new LookError(`the broker ${brokerName(address)}: ${refusal(address, causeOf(error)) ?? causeOf(error)}`);
  }
}

/** What a refusal is about, which the broker does not say: it answers the same to everything that it does not take. */
function refusal({ user, token, nkey, creds }: BrokerAddress, said: string): string | undefined {
  if (creds !== undefined && /parse credentials/i.test(said)) return 'the credentials (creds=) cannot be read';
  if (/^nkeys:/.test(said))
    return `the ${creds === undefined ? 'seed (nkey=)' : 'seed of the credentials (creds=)'} is damaged`;
  if (!/authorization violation|authentication/i.test(said)) return undefined;
  if (creds !== undefined) {
    const ended = endOf(creds);
    if (ended !== undefined && ended <= Date.now())
      return `it refuses the credentials (creds=), which ended at ${new Date(ended).toISOString().slice(0, 19)}Z`;
    return `it refuses the credentials (creds=): ${said}`;
  }
  if (nkey !== undefined) return `it refuses the nkey (nkey=): ${said}`;
  if (token !== undefined) return `it refuses the token (token=): ${said}`;
  if (user !== undefined) return `it refuses the user or the password: ${said}`;
  return `it wants to know who asks, and was told nothing (user=, token=, nkey=, creds=, cert=): ${said}`;
}

/** When credentials end, epoch milliseconds: `exp` of their JWT, in seconds (RFC 7519, 4.1.4). Undefined: never, or nobody knows. */
function endOf(creds: string): number | undefined {
  try {
    const [, payload = ''] = /BEGIN NATS USER JWT-+\s+[\w-]+\.([\w-]+)\./.exec(creds) ?? [];
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    return typeof exp === 'number' && exp > 0 && exp < 8.64e12 ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** What an error of the broker or of its client says, in one line. */
export function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  const deeper = cause instanceof Error && !message.includes(cause.message) ? `: ${cause.message}` : '';
  return `${message}${deeper}`.replace(/\s+/g, ' ').slice(0, 300) || 'no answer';
}
