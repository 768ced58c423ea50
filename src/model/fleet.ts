import * as z from 'zod';
import { VERDICTS } from './finding.ts';
import { fleetHostKeysSchema, fleetKeySchema, fleetKeySumsSchema } from './fleet-keys.ts';
import { GATES } from './gate.ts';
import { KEY_SEVERITIES } from './key-severity.ts';
import { evidence, OUTCOMES, remedy } from './report.ts';

/** What becomes of a host, the worst first. */
export const FLEET_OUTCOMES = ['closed', 'degraded', 'unknown', 'not-asked', 'open'] as const;

const ms = z.number().nonnegative().optional();

const found = z.strictObject({
  id: z.string().describe('Of a cause, of a control of hardening, or of a rule of the audit of keys'),
  verdict: z.enum(VERDICTS).optional(),
  severity: z.enum(KEY_SEVERITIES).optional().describe('Of what is wrong with a key'),
  says: z.string().describe('One sentence'),
  subject: z.string().optional().describe('Tells two findings of one cause apart: a port, file, user or rule'),
  evidence: z.array(evidence).optional().describe('The first few things that prove it; foreign, escape it'),
  fix: remedy.optional().describe('What would mend it on this host'),
});

const fact = z.strictObject({
  is: z.string().describe('Its value on this host; foreign, escape it for your output'),
  at: z.string().optional().describe('FILE:LINE that says so, or the section of the bundle'),
});

/** What became of one host; a line of `sshwhy fleet … --json`. */
export const fleetHostSchema = z.strictObject({
  kind: z.literal('host'),
  asked: z.enum(['check', 'server', 'harden', 'keys']),
  vantage: z
    .string()
    .max(300)
    .optional()
    .describe('From where it was looked at, as --vantage names it; absent: from here'),
  name: z.string().describe('As the inventory calls it'),
  address: z.string().describe('What was dialled, or was to be'),
  port: z.int(),
  groups: z.array(z.string()),
  tags: z.array(z.string()),
  at: z.iso.datetime(),
  outcome: z
    .enum(FLEET_OUTCOMES)
    .describe(
      'check: open when it greets and this client can agree with it on algorithms; server: open when nothing closes a gate; harden: open when nothing fails; keys: open when all was seen and nothing of the level of --fail-on was found, degraded when something was; not-asked: it must not be dialled, or not from here',
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
  facts: z
    .record(z.string(), fact)
    .optional()
    .describe(
      'What can be held against other hosts, by its name: "version", "ciphers", "sshd PermitRootLogin", "control allow-list", "keys of root"',
    ),
  keys: fleetHostKeysSchema.optional().describe('Who can log in there with which key, where that was asked'),
});
export type FleetHost = z.infer<typeof fleetHostSchema>;

const group = found.omit({ subject: true, evidence: true }).extend({
  says: z.string().describe('The sentence of the first of them'),
  shared: z
    .strictObject({ text: z.string(), at: z.string(), count: z.int() })
    .optional()
    .describe('The line that most of them show, when at least two do: the same rule, the same setting'),
  fix: remedy.optional().describe('Of the first of them'),
  fixes: z
    .int()
    .optional()
    .describe('How many different fixes they have; 1: what is said above is right for all of them'),
  hosts: z.array(z.string()).describe('Names, at most 1,000'),
  count: z.int(),
});

/** The last line of `sshwhy fleet … --json`. */
export const fleetSummarySchema = z.strictObject({
  kind: z.literal('summary'),
  schema: z.literal(1),
  hosts: z.int(),
  vantages: z
    .int()
    .optional()
    .describe('From how many places they were looked at with --vantage; the outcomes are then of every look'),
  outcomes: z.record(z.string(), z.int()),
  groups: z.array(group).describe('Hosts with the same cause or failing control, most first'),
  keys: fleetKeySumsSchema.optional().describe('What the keys come to across hosts, where they were asked about'),
  ms: z.number(),
  interrupted: z.boolean(),
});
export type FleetSummary = z.infer<typeof fleetSummarySchema>;

const holder = z.strictObject({
  name: z.string(),
  port: z.int(),
  at: z.string().optional().describe('Where it was seen there'),
});

const held = z.strictObject({
  value: z
    .string()
    .describe(
      "As its hosts have it, with {address} and {name} for each host's own; foreign, escape it for your output",
    ),
  count: z.int(),
  hosts: z.array(holder).describe('The first of them, at most 100'),
});

const differing = z.strictObject({
  about: z.string().describe('What differs: "version", "sshd PermitRootLogin", "causes"'),
  kind: z
    .enum(['minority', 'split', 'tie', 'own'])
    .describe(
      'minority: more than half have the first value; split: no value has more than half; tie: as many have the first as the second; own: each of three or more has its own',
    ),
  told: z.int().describe('Hosts of which it is known'),
  values: z.array(held).describe('Most first, at most 20'),
  further: z.int().describe('Hosts with yet other values'),
  untold: z.int().describe('Hosts that were looked at, and of which it is not known'),
  says: z.string().describe('One sentence'),
});

/** What differs between hosts that should be alike; a line of `sshwhy fleet drift --json`, and of a run with `--alike`. */
export const fleetDriftSchema = z.strictObject({
  kind: z.literal('drift'),
  alike: z.strictObject({ by: z.enum(['group', 'tag', 'all']), name: z.string() }),
  hosts: z.int(),
  blind: z.int().describe('Of them, hosts that told nothing to compare'),
  same: z.int().describe('Facts that are the same wherever they are known, of at least two hosts'),
  differs: z.array(differing).describe('What stands out most first'),
  says: z.string().describe('One sentence'),
});
export type FleetDrift = z.infer<typeof fleetDriftSchema>;
export type FleetDiffering = FleetDrift['differs'][number];

const seenFrom = z.strictObject({
  outcome: z.enum(FLEET_OUTCOMES),
  gate: z.enum(GATES).optional(),
  id: z.string().optional().describe('The cause that stands first'),
});

/** From where to where; a line of `sshwhy fleet check --vantage … --json`. */
export const fleetVantagesSchema = z.strictObject({
  kind: z.literal('vantages'),
  columns: z
    .array(
      z.strictObject({
        vantages: z.array(z.string()),
        open: z.int(),
        unknown: z.int(),
        asked: z.int(),
        says: z.string(),
      }),
    )
    .describe('Places that see the same of every host are one column'),
  hosts: z.int(),
  rows: z
    .array(
      z.strictObject({
        cells: z.array(seenFrom.nullable()).describe('One for each column; null: it was not asked from there'),
        hosts: z
          .array(z.strictObject({ name: z.string(), port: z.int() }))
          .describe('The first of them, at most 1,000'),
        count: z.int(),
        says: z.string().describe('From where they can be reached, in words'),
      }),
    )
    .describe('Hosts that look the same from every place are one row; at most 500'),
  further: z.int().describe('Hosts of rows that are left out here'),
  says: z.string().describe('One sentence'),
});
export type FleetVantages = z.infer<typeof fleetVantagesSchema>;

/** A line of `sshwhy fleet … --json`. */
export const fleetLineSchema = z.discriminatedUnion('kind', [
  fleetHostSchema,
  fleetDriftSchema,
  fleetKeySchema,
  fleetVantagesSchema,
  fleetSummarySchema,
]);
