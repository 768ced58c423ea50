import { createHmac } from 'node:crypto';
import { VERSION } from '../../model/version.ts';
import type { Channel } from '../../model/watch.ts';
import { alertMessage } from '../../report/alert.ts';
import { post } from './post.ts';

export interface WebhookOptions {
  readonly name: string;
  readonly url: URL;
  /** Signs what is sent, as Standard Webhooks 1.0 has it: `whsec_` and base64, or any text. */
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `v1,` and base64 of HMAC-SHA256 over id, time and body (Standard Webhooks 1.0, "Signature scheme"). */
function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** Posts the alert as JSON (schema/alert.schema.json). */
export function webhook({ name, url, secret, headers = {} }: WebhookOptions): Channel {
  return {
    name,
    send: async (alert, signal) => {
      const body = JSON.stringify(alertMessage(alert, VERSION));
      // What goes into a header is an id that we made; it has to be one word whoever made it.
      const id = alert.id.replace(/[^\x21-\x7e]/g, '_').slice(0, 200);
      const seconds = Math.floor(Date.now() / 1000);
      await post(
        url,
        body,
        {
          ...headers,
          'user-agent': `sshwhy/${VERSION}`,
          'idempotency-key': id,
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          ...(secret === undefined ? {} : { 'webhook-signature': signature(secret, id, seconds, body) }),
        },
        signal,
      );
    },
  };
}
