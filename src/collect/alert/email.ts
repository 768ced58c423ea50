import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { Alert, Channel } from '../../model/watch.ts';
import { alertBody, alertParts, alertSubject } from '../../report/alert.ts';
import { unlinked } from '../../report/alert-text.ts';
import { clip } from '../../report/escape.ts';
import { html, textOf } from '../../report/markup.ts';
import { failure, SendError } from './failure.ts';

export interface EmailOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `starttls`: demanded, never optional. `none` is for loopback alone. */
  readonly tls: 'starttls' | 'implicit' | 'none';
  /** Authorities to trust, PEM, instead of those of Node. */
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly to: readonly string[];
}

interface SmtpFailure {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly recipient?: string;
}

const STEP_MS = 15_000;
const REMEMBERED = 200;

/** An id of the message that stays the same when it is sent again (RFC 5322, 3.6.4). */
function messageId(from: string, id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 32);
  return `<${hash}@${/@([\w.-]+)>?$/.exec(from)?.[1] ?? 'sshwhy.invalid'}>`;
}

/** The first alert of an incident, whatever its urgency was, begins the thread. */
const threadId = (from: string, alert: Alert): string => messageId(from, `${alert.incident.id}:thread`);

/** What the mail says: the text, and the same as HTML without anything that has to be loaded. */
export function mailText(alert: Alert): { readonly subject: string; readonly text: string; readonly html: string } {
  const subject = alertSubject(alert, unlinked);
  const parts = alertParts(alert, unlinked).map(
    ({ heading, lines, command }) =>
      html`<h3>${heading}</h3>${lines.map((line) => (command ? html`<pre>${line}</pre>` : html`<p>${line}</p>`))}`,
  );
  const page = html`<!doctype html><html><head><meta charset="utf-8"><title>${subject}</title></head><body><h2>${subject}</h2>${parts}<p><small>${alert.incident.id}</small></p></body></html>`;
  return { subject, text: `${alertBody(alert, unlinked)}\n\n${alert.incident.id}\n`, html: textOf(page) };
}

/** In plain words, with what the server said. 5xx is final (RFC 5321, 4.2.1). */
function smtpFailure(where: string, error: unknown): SendError {
  const { code, responseCode, response } = error as SmtpFailure;
  const said = response === undefined ? '' : `: ${clip(response, 200)}`;
  const final = responseCode !== undefined && responseCode >= 500;
  if (code === 'EAUTH') return new SendError(`${where}: it does not take the user name and password${said}`, { final });
  if (code === 'ETLS' && responseCode === undefined)
    return failure(where, (error as { cause?: unknown }).cause ?? error);
  if (code === 'ETLS') return new SendError(`${where}: it does not offer STARTTLS${said}`);
  if (responseCode !== undefined) return new SendError(`${where}: it refused the message${said}`, { final });
  return failure(where, error);
}

/**
 * Mails to each recipient by a message of its own, so that one who cannot be reached neither keeps the others from it nor has them
 * get it twice. nodemailer writes headers and bodies; TLS is demanded unless the server is on loopback.
 */
export function email(options: EmailOptions): Channel {
  const { name, host, port, tls, ca, user, password = '', from, to } = options;
  const where = `${host} port ${port}`;
  /** Of an alert that not all have taken yet: who has. */
  const taken = new Map<string, Set<string>>();

  return {
    name,
    send: async (alert, signal) => {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        host,
        port,
        secure: tls === 'implicit',
        requireTLS: tls === 'starttls',
        ignoreTLS: tls === 'none',
        tls: {
          minVersion: 'TLSv1.2',
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        },
        ...(user === undefined ? {} : { auth: { user, pass: password } }),
        connectionTimeout: STEP_MS,
        greetingTimeout: STEP_MS,
        socketTimeout: STEP_MS,
        dnsTimeout: STEP_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const has = taken.get(alert.id) ?? new Set<string>();
      const wrong: SendError[] = [];
      const { subject, text, html } = mailText(alert);
      for (const recipient of to) {
        if (has.has(recipient)) continue;
        try {
          await transport.sendMail({
            from,
            to: recipient,
            subject,
            text,
            html,
            messageId: messageId(from, alert.id),
            inReplyTo: threadId(from, alert),
            references: threadId(from, alert),
            // RFC 3834: nobody's absence answers it.
            headers: { 'Auto-Submitted': 'auto-generated', 'X-Sshwhy-Alert': alert.id },
            ...(alert.incident.urgency === 'page' ? { priority: 'high' as const } : {}),
            signal,
          });
          has.add(recipient);
        } catch (error) {
          if (signal.aborted) throw failure(where, error);
          const because = smtpFailure(where, error);
          wrong.push(because);
          // Nothing of it is about this recipient: do not ask for the others.
          if ((error as SmtpFailure).code !== 'EENVELOPE') break;
        }
      }
      taken.delete(alert.id);
      const again = wrong.find((one) => !one.final);
      if (again !== undefined) {
        taken.set(alert.id, has);
        for (const id of [...taken.keys()].slice(0, Math.max(0, taken.size - REMEMBERED))) taken.delete(id);
        throw again;
      }
      const [first] = wrong;
      if (first !== undefined)
        throw new SendError(`${first.message} (${has.size} of ${to.length} recipients have it)`, { final: true });
    },
  };
}
