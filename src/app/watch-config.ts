import * as z from 'zod';
import { zoneOf } from '../facts/events/stamp.ts';
import type { DetectorSettings } from '../reason/watch/detectors.ts';
import { alertsSchema } from './watch-alerts-config.ts';
import { silencesSchema } from './watch-silences-config.ts';
import { readYaml } from './yaml.ts';

const file = z.string().regex(/^\/[^\0]{1,1000}$/, 'has to be an absolute path');
const secret = z
  .string()
  .regex(
    /^(?:env:[A-Za-z_]\w{0,99}|file:\/[^\0]{1,1000})$/,
    'is a secret: say env:NAME or file:/PATH, not the secret itself',
  );

const SIZE = /^([1-9]\d{0,5}) ?([KMGT])B?$/i;
const UNIT: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const size = z.string().regex(SIZE, 'is no size; say 500MB, 2GB');

/** Bytes of `500MB`, `2GB`. */
export function bytesOf(text: string): number {
  const [, count, unit = ''] = SIZE.exec(text) ?? [];
  return Number(count) * (UNIT[unit.toUpperCase()] ?? Number.NaN);
}

const place = z
  .string()
  .regex(
    /^(?:\/[^\0]{1,1000}|clickhouse:\/\/[^\0\s]{1,1000})$/,
    'is neither an absolute path nor clickhouse://HOST/DATABASE',
  );

const broker = z
  .string()
  .regex(/^(?:nats|tls):\/\/[^\0\s]{1,2000}$/, 'is no address of a broker; say nats://HOST:4222')
  .describe(
    'nats://HOST[:PORT][,HOST…][?option=value…]: tls, ca, cert, key, user, password, token, nkey, creds, stream',
  );

/** `watch.yaml`. Every part of it may be missing. Nothing is transformed, so that the schema can be published. */
export const watchConfigSchema = z
  .strictObject({
    sources: z
      .strictObject({
        journal: z.boolean().optional().describe('Follow the journal of this host'),
        files: z
          .array(file)
          .max(100)
          .optional()
          .describe('Files to follow; what they are rotated to is found beside them'),
        tz: z
          .string()
          .refine((text) => zoneOf(text) !== undefined, 'is no time zone; say UTC, +02:00, Europe/Berlin')
          .optional()
          .describe('Zone of stamps that do not say theirs; the one of this machine if it is missing'),
        ports: z
          .array(z.int().min(1).max(65_535))
          .min(1)
          .max(50)
          .optional()
          .describe('Ports of sshd, [22] if it is missing: what the firewall says of others is counted for others'),
      })
      .optional()
      .describe('Without it the journal and fail2ban.log, or auth.log where there is no journal'),
    from: broker.optional().describe('The broker whose events `sshwhy watch central` stores and watches'),
    store: z
      .union([place, z.strictObject({ path: place })], 'is neither an absolute path nor clickhouse://HOST/DATABASE')
      .optional()
      .describe('Where events and incidents are kept'),
    keep: z
      .strictObject({
        days: z.int().min(1).max(3650).default(90),
        size: size.default('1GB').describe('The oldest events go when the store becomes larger'),
      })
      .prefault({}),
    learn: z
      .strictObject({
        days: z
          .int()
          .min(1)
          .max(90)
          .default(7)
          .describe(
            'So long who logs in from where is learnt before new places are told of; new hours after twice as long',
          ),
      })
      .prefault({}),
    alerts: alertsSchema.prefault({}),
    silences: silencesSchema,
    metrics: z
      .strictObject({
        listen: z.union([z.string().max(300), z.int().min(1).max(65_535)]).default('127.0.0.1:9622'),
        token_file: file.optional().describe('A file with the token that has to be shown'),
      })
      .optional()
      .describe('Metrics for Prometheus, and /healthz; off when it is missing'),
    publish: z
      .strictObject({
        nats: broker,
        spool: file
          .optional()
          .describe('Folder for what the broker has not taken yet; beside the store if it is missing'),
        spoolSize: size.default('256MB'),
      })
      .optional()
      .describe('Hands events to NATS JetStream'),
    otlp: z
      .strictObject({
        endpoint: z.url({ protocol: /^https?$/, error: 'is no URL; say http://127.0.0.1:4318/v1/logs' }),
        headers: z
          .record(z.string().regex(/^[A-Za-z][\w-]{0,99}$/), z.union([secret, z.string().max(1000)]))
          .optional(),
      })
      .optional()
      .describe('Hands events and incidents to a collector of OpenTelemetry'),
  })
  .meta({ title: 'watch.yaml', description: 'The configuration of sshwhy watch.' });
export type WatchConfig = z.infer<typeof watchConfigSchema>;

/** @throws UsageError with file and line for what it cannot mean. */
export function readWatchConfig(name: string, text: string): WatchConfig {
  return readYaml(name, text, watchConfigSchema, 'not a configuration of the watch').written;
}

/** What the configuration says to detectors. */
export const settingsOf = ({ sources, learn }: WatchConfig): DetectorSettings => ({
  ports: (sources?.ports ?? [22]).map(String),
  learnDays: learn.days,
});

/** What holds without a file. */
export const defaultWatchConfig = (): WatchConfig => watchConfigSchema.parse({});
