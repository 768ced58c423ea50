import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { DAYS, onTheWall, type Silence } from '../reason/watch/silence.ts';

const CLOCK = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const minuteOf = (text: string): number => {
  const [, hours, minutes] = CLOCK.exec(text) ?? [];
  return hours === undefined ? 0 : Number(hours) * 60 + Number(minutes);
};
const clock = z.string().regex(CLOCK, 'is no time of day; say "02:00", in quotation marks');
const zone = z.string().refine((text) => {
  try {
    onTheWall(0, text);
    return true;
  } catch {
    return false;
  }
}, 'is no time zone; say Europe/Berlin, UTC');
const network = z
  .string()
  .refine((text) => (text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text)), 'is no address or network');
const some = <T extends z.ZodType>(one: T) => z.array(one).min(1).max(1000).optional();
const instant = z.iso.datetime({ offset: true, error: 'is no time; say 2026-12-01T20:00:00Z or …+01:00' });

const silence = z
  .strictObject({
    reason: z.string().min(3).max(500),
    from: instant.optional(),
    to: instant.optional(),
    weekly: z
      .strictObject({ days: z.array(z.enum(DAYS)).min(1).max(7), from: clock, to: clock, zone: zone.optional() })
      .optional()
      .describe('By the clock on the wall; after midnight when `to` is not after `from`'),
    hosts: some(z.string()),
    users: some(z.string()),
    networks: some(network),
    detectors: some(z.string()),
    urgentAnyway: z
      .union([z.literal(true), z.array(z.string()).min(1).max(100)])
      .optional()
      .describe('Pages that alert all the same: true for all, or those of these detectors'),
  })
  .refine(
    ({ from, to, weekly }) =>
      weekly === undefined ? from !== undefined && to !== undefined : from === undefined && to === undefined,
    'needs either from and to, or weekly',
  )
  .refine(
    ({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to),
    'ends before it begins',
  );

/** Section `silences` of watch.yaml. */
export const silencesSchema = z.array(silence).max(1000).default([]);
export type SilencesConfig = z.infer<typeof silencesSchema>;

/** Windows that name no zone are in the zone `here`. */
export function silenceOf({ reason, from, to, weekly, ...what }: SilencesConfig[number], here: string): Silence {
  const when =
    weekly === undefined
      ? { from: Date.parse(from ?? ''), to: Date.parse(to ?? '') }
      : { days: weekly.days, from: minuteOf(weekly.from), to: minuteOf(weekly.to), zone: weekly.zone ?? here };
  const named = Object.fromEntries(Object.entries(what).filter(([, value]) => value !== undefined));
  return { reason, when, ...named };
}
