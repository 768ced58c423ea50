import { z } from 'zod';
import { VERDICTS } from './finding.ts';
import { GATES } from './gate.ts';
import { OUTCOMES } from './report.ts';

const ms = z.number().nonnegative().optional();

const found = z.strictObject({
  id: z.string().describe('Of a cause, or of a control of hardening'),
  verdict: z.enum(VERDICTS).optional(),
  says: z.string().describe('One sentence'),
});

/** What became of one host; a line of `sshwhy fleet … --json`. */
export const fleetHostSchema = z.strictObject({
  kind: z.literal('host'),
  asked: z.enum(['check', 'server', 'harden']),
  name: z.string().describe('As the inventory calls it'),
  address: z.string().describe('What was dialled, or was to be'),
  port: z.int(),
  groups: z.array(z.string()),
  tags: z.array(z.string()),
  at: z.iso.datetime(),
  outcome: z
    .enum(['open', 'degraded', 'closed', 'unknown', 'not-asked'])
    .describe(
      'check: open when it greets and this client can agree with it on algorithms; server: open when nothing closes a gate; harden: open when nothing fails; not-asked: it must not be dialled, or not from here',
    ),
  gate: z.enum(GATES).optional().describe('The gate that is closed or degraded'),
  found: z.array(found).describe('Causes, or controls that fail; what to look at first stands first'),
  says: z.string().describe('One sentence'),
  server: z.string().optional().describe('Its identification string; escape it for your output'),
  worker: z.string().max(100).optional().describe('Which worker asked it, when a queue had the work'),
  gates: z.array(z.strictObject({ gate: z.enum(GATES), outcome: z.enum(OUTCOMES) })),
  ms: z.strictObject({
    dns: ms,
    tcp: ms,
    banner: ms,
    kexinit: ms,
    look: ms.describe('Until the server had told all of itself'),
  }),
});
export type FleetHost = z.infer<typeof fleetHostSchema>;

const group = found.extend({
  says: z.string().describe('The sentence of the first of them'),
  hosts: z.array(z.string()).describe('Names, at most 1,000'),
  count: z.int(),
});

/** The last line of `sshwhy fleet … --json`. */
export const fleetSummarySchema = z.strictObject({
  kind: z.literal('summary'),
  schema: z.literal(1),
  hosts: z.int(),
  outcomes: z.record(z.string(), z.int()),
  groups: z.array(group).describe('Hosts with the same cause or failing control, most first'),
  ms: z.number(),
  interrupted: z.boolean(),
});
export type FleetSummary = z.infer<typeof fleetSummarySchema>;

/** A line of `sshwhy fleet … --json`. */
export const fleetLineSchema = z.discriminatedUnion('kind', [fleetHostSchema, fleetSummarySchema]);
