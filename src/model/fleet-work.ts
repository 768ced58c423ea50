import * as z from 'zod';
import { PROFILES } from './control.ts';
import { fleetHostSchema } from './fleet.ts';
import { KEY_SEVERITIES } from './key-severity.ts';

/** One word of a command that can never be an option or a piece of a shell: what hosts are called and dialled by. */
const word = z.string().regex(/^(?!-)[\p{L}\p{N}._:%-]{1,255}$/u);
/** Narrower than what a server may call its accounts: it can come to stand in a `ProxyCommand` or `Match exec` (%r). */
const login = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}$/);

const question = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('check') }),
  z.strictObject({
    kind: z.literal('server'),
    user: login.optional().describe('The account that wants to log in'),
    from: z.union([z.ipv4(), z.ipv6()]).optional().describe('The address that it comes from'),
  }),
  z.strictObject({
    kind: z.literal('harden'),
    profile: z.enum(PROFILES),
    today: z.iso.date().describe('By which waivers end'),
  }),
  z.strictObject({
    kind: z.literal('keys'),
    failOn: z.enum(KEY_SEVERITIES),
    unusedDays: z.int().positive().max(99_999).optional(),
    maxAgeDays: z.int().positive().max(99_999).optional(),
  }),
]);

/** A message to a worker of `sshwhy fleet … --queue`: one question about one host. It names no program, and no option of one. */
export const fleetJobSchema = z.strictObject({
  v: z.literal(1),
  question,
  name: word,
  address: word,
  port: z.int().min(1).max(65_535).optional(),
  user: login.optional().describe('To log in as'),
  family: z.literal([4, 6]).optional(),
  timeoutMs: z.int().min(100).max(3_600_000).describe("The worker's own bound is above it"),
  block: z.array(z.string().min(1).max(255)).max(64).describe('Never dialled, even where a name leads to them'),
});
export type FleetJob = z.infer<typeof fleetJobSchema>;

/** What a worker sends back. */
export const fleetResultSchema = z.strictObject({
  v: z.literal(1),
  host: fleetHostSchema,
});

/** A message of a fleet's queue, of either direction. */
export const fleetMessageSchema = z.union([fleetJobSchema, fleetResultSchema]);

/** A name of a run, of a lane of work: what can stand in a subject of NATS. */
export const RUN = /^[A-Za-z0-9_-]{1,40}$/;
export const LANE = /^[a-z][a-z0-9-]{0,30}$/;
