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
    throw new LookError(`the broker ${brokerName(address)}: ${causeOf(error)}`);
  }
}

/** What an error of the broker or of its client says, in one line. */
export function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  const deeper = cause instanceof Error && !message.includes(cause.message) ? `: ${cause.message}` : '';
  return `${message}${deeper}`.replace(/\s+/g, ' ').slice(0, 300) || 'no answer';
}
