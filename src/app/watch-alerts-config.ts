import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { FACILITY_NAMES } from '../collect/alert/syslog.ts';
import type { AlertingRules } from '../reason/watch/alerting.ts';
import { type SilencesConfig, silenceOf } from './watch-silences-config.ts';

// Pieces of watch.yaml. Nothing is transformed here, so that the same schema can be published.

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([1-9]\d{0,4})([smhd])$/;
const msOf = (text: string): number => {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
};
const duration = z.string().regex(DURATION, 'is no time; say 90s, 10m, 2h, 1d');

const SECRET = /^(?:env:[A-Za-z_]\w{0,99}|file:\/[^\0]{1,1000})$/;
const secret = z.string().regex(SECRET, 'is a secret: say env:NAME or file:/PATH, not the secret itself');

const loopback = (host: string): boolean =>
  host === 'localhost' ||
  (isIP(host.replace(/^\[|\]$/g, '')) > 0 && ipaddr.process(host.replace(/^\[|\]$/g, '')).range() === 'loopback');

/** Why an address cannot be posted to; undefined: it can. */
export function badUrl(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'is no URL';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'has to begin with https://';
  if (url.protocol === 'http:' && !loopback(url.hostname))
    return 'has to begin with https://, but for this machine itself';
  if (url.username !== '' || url.password !== '') return 'must not hold a password; use headers';
  return undefined;
}

const url = z
  .string()
  .max(2000)
  .superRefine((text, context) => {
    const wrong = SECRET.test(text) ? undefined : badUrl(text);
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: `${wrong} (a URL, env:NAME or file:/PATH)` });
  });

const host = z
  .string()
  .regex(/^[\w.:-]{1,253}$/, 'is no host')
  .refine((text) => !text.startsWith('-'), 'is no host');
const port = z.int().min(1).max(65535);
const file = z.string().regex(/^\/[^\0]{1,1000}$/, 'has to be an absolute path');
const ADDRESS = /^[^\s<>@,;:"'\\()[\]]{1,64}@[\w.-]{1,253}$/;
const address = z.string().regex(ADDRESS, 'is no address of mail');
const sender = z
  .string()
  .refine(
    (text) => ADDRESS.test(/^[^<>\p{Cc}]{0,100}<([^<>]{3,320})>$/u.exec(text)?.[1] ?? text),
    'is no address of mail',
  );

const common = {
  name: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'has to be one word')
    .optional()
    .describe('The kind, if it is missing'),
  minimum: z.enum(['page', 'notice']).default('notice').describe('What is less urgent does not go there'),
  limit: z
    .strictObject({ count: z.int().min(1).max(1000), every: duration })
    .default({ count: 10, every: '10m' })
    .describe('At most so many alerts in so long; a third is kept for pages'),
  ends: z.boolean().default(true).describe('Whether it is told that an incident is over'),
};

const channel = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    ...common,
    url,
    secret: secret.optional(),
    headers: z
      .record(z.string().regex(/^[A-Za-z][\w-]{0,99}$/), z.union([secret, z.string().regex(/^[\x20-\x7e]{0,1000}$/)]))
      .optional(),
  }),
  z.strictObject({ kind: z.literal('slack'), ...common, url }),
  z
    .strictObject({
      kind: z.literal('email'),
      ...common,
      host,
      port: port.optional(),
      tls: z.enum(['starttls', 'implicit', 'none']).default('starttls'),
      ca: file.optional(),
      user: z.string().max(320).optional(),
      password: secret.optional(),
      from: sender,
      to: z.array(address).min(1).max(50),
    })
    .refine((one) => one.tls !== 'none' || loopback(one.host), {
      path: ['tls'],
      message: 'can be none only for this machine itself',
    }),
  z.strictObject({
    kind: z.literal('syslog'),
    ...common,
    facility: z
      .enum(FACILITY_NAMES as readonly [(typeof FACILITY_NAMES)[number], ...(typeof FACILITY_NAMES)[number][]])
      .default('daemon'),
    server: z
      .strictObject({ host, port: port.optional(), over: z.enum(['udp', 'tcp', 'tls']), ca: file.optional() })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('command'),
    ...common,
    argv: z
      .array(
        z
          .string()
          .max(4096)
          .refine((word) => !word.includes('\0')),
      )
      .min(1)
      .max(100)
      .refine(([program = '']) => program.startsWith('/'), 'has to begin with the absolute path of a program'),
  }),
  z.strictObject({ kind: z.literal('desktop'), ...common }),
]);
export type ChannelConfig = z.infer<typeof channel>;

export const nameOf = ({ name, kind }: ChannelConfig): string => name ?? kind;

/** Section `alerts` of watch.yaml. */
export const alertsSchema = z.strictObject({
  repeat: duration.default('1h').describe('An incident that goes on is told again at most this often'),
  channels: z
    .array(channel)
    .max(50)
    .default([])
    .superRefine((all, context) => {
      const names = all.map(nameOf);
      const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
      if (twice >= 0)
        context.addIssue({
          code: 'custom',
          path: [twice],
          message: `is the second channel "${names[twice]}"; give it another name`,
        });
    }),
});
export type AlertsConfig = z.infer<typeof alertsSchema>;

/** What the two sections come to. Windows that name no zone are in the one of this machine. */
export function alertingRules(
  alerts: AlertsConfig,
  silences: SilencesConfig,
  here = Intl.DateTimeFormat().resolvedOptions().timeZone,
): AlertingRules {
  return {
    channels: alerts.channels.map((one) => ({
      name: nameOf(one),
      minimum: one.minimum,
      limit: { count: one.limit.count, perMs: msOf(one.limit.every) },
      ends: one.ends,
    })),
    silences: silences.map((one) => silenceOf(one, here)),
    growEveryMs: msOf(alerts.repeat),
  };
}
