import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseFragment } from 'parse5';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EmailOptions, email, mailText } from '../../../src/collect/alert/email.ts';
import { SendError } from '../../../src/collect/alert/failure.ts';
import type { Alert } from '../../../src/model/watch.ts';
import { HOSTILE, hostileAlert, ordinaryAlert } from './hostile.ts';

let folder: string;
let key: string;
let cert: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sshwhy-mail-'));
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ...['-keyout', path.join(folder, 'key'), '-out', path.join(folder, 'cert')],
    ],
    { stdio: 'ignore' },
  );
  key = readFileSync(path.join(folder, 'key'), 'utf8');
  cert = readFileSync(path.join(folder, 'cert'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let servers: SMTPServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  servers = [];
});

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly raw: string;
}

async function serve(options: SMTPServerOptions = {}) {
  const got: Mail[] = [];
  const server = new SMTPServer({
    key,
    cert,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: ({ username, password }, _, done) =>
      username === 'watch' && password === 's3cret'
        ? done(null, { user: username })
        : done(new Error('wrong user or password')),
    onData: (stream, session, done) => {
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        raw += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        got.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === 'string' ? session.user : undefined,
          secure: session.secure,
          raw,
        });
        done();
      });
    },
    logger: false,
    ...options,
  });
  server.on('error', () => {});
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, got };
}

const soon = () => AbortSignal.timeout(15_000);
const mailer = (port: number, over: Partial<EmailOptions> = {}) =>
  email({
    ...{ name: 'mail', host: 'localhost', port, tls: 'starttls', ca: cert, user: 'watch', password: 's3cret' },
    ...{ from: 'sshwhy <watch@example.com>', to: ['ops@example.com'] },
    ...over,
  });

async function thrown(over: Partial<EmailOptions>, port: number, alert: Alert = ordinaryAlert): Promise<SendError> {
  const error = await mailer(port, over)
    .send(alert, soon())
    .then(
      () => undefined,
      (reason) => reason,
    );
  expect(error).toBeInstanceOf(SendError);
  expect(error.message).not.toContain('s3cret');
  return error;
}

/** Header fields, unfolded (RFC 5322, 2.2.3). */
function headersOf(raw: string): ReadonlyMap<string, string> {
  const [head = ''] = raw.split('\r\n\r\n');
  const fields = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 2)]),
  );
}

describe('email', () => {
  it.each(['starttls', 'implicit'] as const)('sends over %s, with user and password', async (tls) => {
    const { port, got } = await serve({ secure: tls === 'implicit' });
    await mailer(port, { tls }).send(ordinaryAlert, soon());
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ from: 'watch@example.com', to: ['ops@example.com'], user: 'watch', secure: true });
    const headers = headersOf(got[0]?.raw ?? '');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('subject')).toBe(
      'PAGE web1: alice was let in from 192.0.2.7 by password after 31 failures from there in 10 minutes.',
    );
  });

  it('has the same Message-ID when it is sent again, and the thread of its incident', async () => {
    const { port, got } = await serve();
    const closed = { ...ordinaryAlert, id: `${ordinaryAlert.incident.id}:closed:page`, kind: 'closed' as const };
    for (const alert of [ordinaryAlert, ordinaryAlert, closed]) await mailer(port).send(alert, soon());
    const [first, again, later] = got.map(({ raw }) => headersOf(raw));
    expect(first?.get('message-id')).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
    expect(again?.get('message-id')).toBe(first?.get('message-id'));
    expect(later?.get('message-id')).not.toBe(first?.get('message-id'));
    expect(later?.get('references')).toBe(first?.get('references'));
  });

  it.each(HOSTILE)('has no header, recipient, element or link that a log wrote: %j', async (text) => {
    const { port, got } = await serve();
    await mailer(port).send(hostileAlert(text), soon());
    const [{ raw, to } = { raw: '', to: [] }] = got;
    expect(to).toEqual(['ops@example.com']);
    expect([...headersOf(raw).keys()].sort()).toEqual([
      ...['auto-submitted', 'content-type', 'date', 'from', 'importance', 'in-reply-to', 'message-id', 'mime-version'],
      ...['references', 'subject', 'to', 'x-msmail-priority', 'x-priority', 'x-sshwhy-alert'],
    ]);
    for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
    const { html, subject, text: body } = mailText(hostileAlert(text));
    expect(`${subject}${html}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(body).not.toMatch(/[^\P{C}\n]|:\/\//u);
    const tags = new Set<string>();
    const walk = (node: {
      nodeName: string;
      childNodes?: readonly unknown[];
      attrs?: readonly { name: string }[];
    }): void => {
      tags.add(node.nodeName);
      expect((node.attrs ?? []).map(({ name }) => name).filter((name) => name !== 'charset')).toEqual([]);
      for (const child of node.childNodes ?? []) walk(child as typeof node);
    };
    walk(parseFragment(html) as Parameters<typeof walk>[0]);
    for (const tag of [
      '#document-fragment',
      '#text',
      '#documentType',
      'h2',
      'h3',
      'meta',
      'p',
      'pre',
      'small',
      'title',
    ])
      tags.delete(tag);
    expect([...tags]).toEqual([]);
  });

  it('sends no password and no mail where TLS is not offered', async () => {
    const { port, got } = await serve({ disabledCommands: ['STARTTLS'] });
    expect(await thrown({}, port)).toMatchObject({ final: false });
    expect(got).toEqual([]);
  });

  it('does not trust a certificate that nobody vouches for, or for another name', async () => {
    const { port, got } = await serve();
    const options = { ca: '-----BEGIN CERTIFICATE-----' };
    expect((await thrown(options, port)).message).toMatch(/^localhost port \d+: /);
    const other = await serve({ secure: true });
    expect((await thrown({ tls: 'implicit', ca: '' }, other.port)).message).toMatch(/self-signed and not trusted.*TLS/);
    expect(got).toEqual([]);
  });

  it('goes without TLS only where it is told to', async () => {
    const { port, got } = await serve({ authOptional: true, disabledCommands: ['STARTTLS'] });
    const { user, password, ...none } = { user: undefined, password: undefined };
    await email({
      ...{ name: 'mail', host: '127.0.0.1', port, tls: 'none', from: 'a@example.com', to: ['b@example.com'], ...none },
    }).send(ordinaryAlert, soon());
    expect(got[0]).toMatchObject({ secure: false, to: ['b@example.com'] });
  });

  it('says what the server said: final at 5xx, again at 4xx', async () => {
    const { port } = await serve();
    expect(await thrown({ password: 'wrong' }, port)).toMatchObject({ final: true });
    for (const [code, final] of [
      [550, true],
      [450, false],
    ] as const) {
      const refusing = await serve({
        onRcptTo: (_, __, done) => done(Object.assign(new Error('not \u001b[2Jhere'), { responseCode: code })),
      });
      const error = await thrown({}, refusing.port);
      expect(error.final).toBe(final);
      expect(error.message).toMatch(/it refused the message: \d{3} not [ -~]*here/);
      expect(error.message).not.toMatch(/\p{Cc}/u);
    }
  });

  it('reaches the others when one recipient is refused, and sends nobody the same twice', async () => {
    let busy = true;
    const { port, got } = await serve({
      onRcptTo: ({ address }, _, done) => {
        if (address === 'gone@example.com') return done(Object.assign(new Error('unknown'), { responseCode: 550 }));
        if (address === 'grey@example.com' && busy)
          return done(Object.assign(new Error('later'), { responseCode: 451 }));
        done();
      },
    });
    const to = ['gone@example.com', 'grey@example.com', 'ops@example.com'];
    const channel = mailer(port, { to });
    await expect(channel.send(ordinaryAlert, soon())).rejects.toMatchObject({ final: false });
    expect(got.map((mail) => mail.to)).toEqual([['ops@example.com']]);
    busy = false;
    await expect(channel.send(ordinaryAlert, soon())).rejects.toMatchObject({
      final: true,
      message: expect.stringContaining('2 of 3 recipients have it'),
    });
    expect(got.map((mail) => mail.to)).toEqual([['ops@example.com'], ['grey@example.com']]);
  });

  it('says in plain words that nobody is there, and ends when it is told to', async () => {
    const { port } = await serve();
    await new Promise<void>((resolve) => servers.pop()?.close(() => resolve()));
    expect((await thrown({}, port)).message).toBe(
      `localhost port ${port}: it refused the connection: nothing listens on that port`,
    );
    const silent = await serve({ onConnect: () => {} });
    const before = performance.now();
    await expect(mailer(silent.port).send(ordinaryAlert, AbortSignal.timeout(100))).rejects.toThrow(/in time/);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
