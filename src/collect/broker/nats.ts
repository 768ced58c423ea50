/**
 * The client of NATS, to be loaded only when a broker is asked for: `await import('./nats.ts')`. It is CommonJS, whose names the
 * bundler finds in a static import alone.
 */
export {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
export { connect, credsAuthenticator, headers, nkeyAuthenticator } from '@nats-io/transport-node';
