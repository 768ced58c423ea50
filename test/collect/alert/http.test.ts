import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { SendError } from '../../../src/collect/alert/failure.ts';
import { slack, slackMessage } from '../../../src/collect/alert/slack.ts';
import { webhook } from '../../../src/collect/alert/webhook.ts';
import { alertSchema } from '../../../src/model/alert.ts';
import type { Channel } from '../../../src/model/watch.ts';
import { HOSTILE, hostileAlert, ordinaryAlert } from './hostile.ts';

let servers: Server[] = [];
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function serve(answer: RequestListener = (_, response) => response.end('ok')) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    got.push({ headers: request.headers, body });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/hook/s3cret`), got, port };
}

const soon = () => AbortSignal.timeout(15_000);
async function thrown(channel: Channel, signal = soon()): Promise<SendError> {
  const error = await channel.send(ordinaryAlert, signal).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(SendError);
  expect(error.message).not.toContain('s3cret');
  return error;
}

describe('webhook', () => {
  it('posts what its schema says, once recognisable, signed as Standard Webhooks has it', async () => {
    const { url, got } = await serve();
    const secret = `whsec_${Buffer.from('a secret of 24 bytes ok!').toString('base64')}`;
    await webhook({ name: 'ops', url, secret, headers: { authorization: 'Bearer x' } }).send(ordinaryAlert, soon());
    const [{ headers, body } = { headers: {}, body: '' }] = got;
    expect(headers['content-type']).toBe('application/json');
    expect(headers['idempotency-key']).toBe(ordinaryAlert.id);
    expect(headers['authorization']).toBe('Bearer x');
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(alertSchema.parse(verified).incident.id).toBe(ordinaryAlert.incident.id);
    expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
  });

  it.each(HOSTILE)('whatever was in the log: %j', async (text) => {
    const { url, got } = await serve();
    await webhook({ name: 'ops', url }).send(hostileAlert(text), soon());
    const message = alertSchema.parse(JSON.parse(got[0]?.body ?? ''));
    expect(`${message.subject}\n${message.body}`).not.toMatch(/[^\P{C}\n]|:\/\/|(?:^|\s)@/u);
    expect(Object.keys(got[0]?.headers ?? {})).not.toContain('bcc');
  });

  it.each([
    [400, true],
    [401, true],
    [404, true],
    [408, false],
    [410, true],
    [425, false],
    [429, false],
    [500, false],
    [503, false],
  ])('answered with %d it is final: %s', async (status, final) => {
    const { url } = await serve((_, response) => response.writeHead(status).end('no \u001b[2J such hook'));
    const error = await thrown(webhook({ name: 'ops', url }));
    expect(error).toMatchObject({ final, message: `${url.host}: it answered ${status}: no \\x1b[2J such hook` });
  });

  it('waits as long as Retry-After says', async () => {
    for (const [header, least, most] of [
      ['7', 7000, 7000],
      [new Date(Date.now() + 60_000).toUTCString(), 50_000, 61_000],
    ] as const) {
      const { url } = await serve((_, response) => response.writeHead(429, { 'retry-after': header }).end());
      const { retryAfterMs = 0 } = await thrown(webhook({ name: 'ops', url }));
      expect(retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(retryAfterMs).toBeLessThanOrEqual(most);
    }
  });

  it('does not follow a redirect', async () => {
    const other = await serve();
    const { url } = await serve((_, response) => response.writeHead(307, { location: String(other.url) }).end());
    expect(await thrown(webhook({ name: 'ops', url }))).toMatchObject({ final: true });
    expect(other.got).toEqual([]);
  });

  it('reads only the beginning of an answer that does not end', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(1000)), 1);
      response.on('close', () => clearInterval(more));
    });
    await webhook({ name: 'ops', url }).send(ordinaryAlert, soon());
  });

  it('says in plain words what is wrong', async () => {
    const quiet = await serve(() => {});
    const error = await thrown(webhook({ name: 'ops', url: quiet.url }), AbortSignal.timeout(100));
    expect(error).toMatchObject({ final: false, message: `${quiet.url.host}: it did not answer in time` });
    const rude = await serve((request) => request.socket.destroy());
    expect((await thrown(webhook({ name: 'ops', url: rude.url }))).message).toMatch(/broke the connection off/);
    const { port } = await serve();
    expect((await thrown(webhook({ name: 'ops', url: new URL(`https://127.0.0.1:${port}/s3cret`) }))).message).toMatch(
      /does not speak TLS/,
    );
    servers[2]?.closeAllConnections();
    await new Promise((resolve) => servers[2]?.close(resolve));
    expect((await thrown(webhook({ name: 'ops', url: new URL(`http://127.0.0.1:${port}/s3cret`) }))).message).toMatch(
      /refused the connection/,
    );
    expect(
      (await thrown(webhook({ name: 'ops', url: new URL('https://no-such-host.invalid/s3cret') }))).message,
    ).toMatch(/DNS/);
  });
});

describe('slack', () => {
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(strings)
        : [];

  it('posts blocks', async () => {
    const { url, got } = await serve();
    await slack({ name: 'chat', url }).send(ordinaryAlert, soon());
    expect(JSON.parse(got[0]?.body ?? '')).toEqual(slackMessage(ordinaryAlert));
  });

  it.each(HOSTILE)('mentions nobody, links nowhere, and keeps to the limits of Slack: %j', (text) => {
    const message = slackMessage(hostileAlert(text)) as {
      text: string;
      blocks: { type: string; text: { type: string; text: string; emoji: boolean } }[];
    };
    expect(message.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    expect(message).toMatchObject({ mrkdwn: false, link_names: false, parse: 'none' });
    expect(message.blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text } of message.blocks) {
      // Slack reads mrkdwn only in texts of that type.
      expect(text).toMatchObject({ type: 'plain_text', emoji: false });
      expect(text.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3000);
    }
    for (const said of strings(message)) expect(said).not.toMatch(/:\/\/|(?<![\p{L}\p{N}])@/u);
  });
});
