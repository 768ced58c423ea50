import { VERSION } from '../../model/version.ts';
import type { Alert, Channel } from '../../model/watch.ts';
import { alertParts, alertSubject } from '../../report/alert.ts';
import { unmentioned } from '../../report/alert-text.ts';
import { post } from './post.ts';

export interface SlackOptions {
  readonly name: string;
  /** https://hooks.slack.com/services/…; it is a secret. */
  readonly url: URL;
}

/** The three characters that are control characters of mrkdwn (docs.slack.dev, "Formatting message text"). */
const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'));

/** Slack's own limit for the text of a header is 150, of a section 3,000. */
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const MARK = { page: '🔴', notice: '🟡', note: '⚪' } as const;

/**
 * The message for an incoming webhook. Foreign text stands only in `plain_text`, in which Slack reads no markup, and in `text`,
 * which is shown in notifications and by what only resembles Slack: escaped, and with every mention broken.
 */
export function slackMessage(alert: Alert): object {
  const mark = alert.kind === 'closed' ? '✅' : MARK[alert.incident.urgency];
  const subject = `${mark} ${alertSubject(alert, unmentioned)}`;
  const parts = alertParts(alert, unmentioned);
  const plain = (text: string): object => ({ type: 'plain_text', text, emoji: false });
  return {
    text: escaped(subject),
    mrkdwn: false,
    link_names: false,
    parse: 'none',
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(cut(subject, 150)) },
      ...parts.map(({ heading, lines }) => ({
        type: 'section',
        text: plain(cut(`${heading}:\n${lines.join('\n')}`, 3000)),
      })),
    ],
  };
}

/** Posts to an incoming webhook of Slack. */
export function slack({ name, url }: SlackOptions): Channel {
  return {
    name,
    send: async (alert, signal) => {
      await post(url, JSON.stringify(slackMessage(alert)), { 'user-agent': `sshwhy/${VERSION}` }, signal);
    },
  };
}
