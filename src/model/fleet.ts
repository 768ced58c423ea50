import { z } from 'zod';
import { VERDICTS } from './finding.ts';
import { GATES } from './gate.ts';
import { OUTCOMES } from './report.ts';

const ms = z.number().nonnegative().optional();

/** What became of one host; a line of `sshwhy fleet check --json`. */
export const fleetHostSchema = z.strictObject({
  kind: z.literal('host'),
  name: z.string().describe('As the inventory calls it'),
  address: z.string().describe('What was dialled, or was to be'),
  port: z.int(),
  groups: z.array(z.string()),
  tags: z.array(z.string()),
  at: z.iso.datetime(),
  outcome: z
    .enum(['open', 'degraded', 'closed', 'unknown', 'not-asked'])
    .describe('open: it greets, and this client can agree with it on algorithms; not-asked: it must not be dialled'),
  gate: z.enum(GATES).optional().describe('The gate that is closed or degraded'),
  cause: z.string().optional().describe('Id of the cause that is put first'),
  verdict: z.enum(VERDICTS).optional(),
  says: z.string().describe('One sentence'),
  server: z.string().optional().describe('Its identification string; escape it for your output'),
  gates: z.array(z.strictObject({ gate: z.enum(GATES), outcome: z.enum(OUTCOMES) })),
  ms: z.strictObject({ dns: ms, tcp: ms, banner: ms, kexinit: ms }),
});
export type FleetHost = z.infer<typeof fleetHostSchema>;

const group = z.strictObject({
  cause: z.string(),
  verdict: z.enum(VERDICTS),
  says: z.string().describe('The sentence of the first of them'),
  hosts: z.array(z.string()).describe('Names, at most 1,000'),
  count: z.int(),
});

/** The last line of `sshwhy fleet check --json`. */
export const fleetSummarySchema = z.strictObject({
  kind: z.literal('summary'),
  schema: z.literal(1),
  hosts: z.int(),
  outcomes: z.record(z.string(), z.int()),
  causes: z.array(group).describe('Hosts with the same cause, most first'),
  ms: z.number(),
  interrupted: z.boolean(),
});
export type FleetSummary = z.infer<typeof fleetSummarySchema>;

/** A line of `sshwhy fleet check --json`. */
export const fleetLineSchema = z.discriminatedUnion('kind', [fleetHostSchema, fleetSummarySchema]);
