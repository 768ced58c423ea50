import * as z from 'zod';
import { ROLES, VERDICTS } from './finding.ts';
import { GATES } from './gate.ts';
import { TRACE_ACTIONS } from './trace.ts';

/** What became of a gate. `not-reached`: an earlier gate is closed, and nothing else was learned about this one. */
export const OUTCOMES = ['open', 'closed', 'degraded', 'unknown', 'not-reached'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Shape of a quoted thing, in every report. */
export const evidence = z.strictObject({
  side: z.enum(['client', 'server', 'path']),
  section: z.string().describe('Bundle section that it was read from'),
  line: z.int().positive().optional().describe('1-based line in that section'),
  text: z.string().describe('Quoted as seen; control characters are still in it, escape them for your output'),
});

const fix = z.strictObject({
  summary: z.string(),
  risk: z.enum(['safe', 'interrupts', 'may-lock-out']),
  where: z.enum(['client', 'server']).describe('Machine on which the commands are typed'),
  commands: z.array(z.string()).min(1),
  undo: z.array(z.string()).min(1).optional().describe('What takes it back'),
});

const refusal = z.strictObject({
  refuse: z.string().describe('Why no machine should do this'),
  manual: z.array(z.string()).describe('What a person should do'),
});

const traceStep = z.strictObject({
  layer: z.enum(['cloud', 'host']),
  packet: z.enum(['request', 'reply']).describe('The first packet of the connection, or the answer to it'),
  stage: z.string().describe('Hook of the kernel, or stage of the cloud'),
  place: z.string().describe('Chain, table, zone or security group'),
  rule: z.string().describe('As its tool writes it'),
  matches: z.array(
    z.strictObject({
      field: z.string(),
      wanted: z.string(),
      got: z.string().optional().describe("The packet's own value; absent when it is not known"),
      holds: z.boolean().optional().describe('Absent when it cannot be told'),
    }),
  ),
  action: z.enum(TRACE_ACTIONS),
  detail: z.string().optional(),
  section: z.string().optional(),
  line: z.int().positive().optional(),
});

/** What would mend a thing, in every report. */
export const remedy = z.union([fix, refusal]);

const causeId = z.string().regex(/^[a-z]+\/[a-z0-9-]+$/);

const cause = z.strictObject({
  id: causeId,
  role: z.enum(ROLES),
  verdict: z.enum(VERDICTS),
  subject: z.string().optional().describe('Tells two findings of one cause apart: a port, file, user or rule'),
  text: z.string().describe('One sentence'),
  evidence: z.array(evidence).min(1),
  fix: remedy.optional(),
  trace: z.array(traceStep).optional().describe('What the deciding packet met on its way, step by step'),
  docs: z.string(),
});

const gate = z.strictObject({
  gate: z.enum(GATES),
  outcome: z.enum(OUTCOMES),
  detail: z.string().describe('One sentence'),
});

const blind = z.strictObject({
  gap: z.enum(['not-collected', 'denied', 'unsupported', 'timed-out', 'unparsable']),
  section: z.string(),
  detail: z.string().optional(),
  hides: z.array(causeId).describe('Causes that could not be ruled out because of it'),
  settleWith: z.string().describe('Command that would settle it'),
});

const advisories = z
  .strictObject({
    asOf: z.iso.date().describe('Day of the table, which is part of the program: nothing is asked of the network'),
    holes: z.array(z.strictObject({ id: z.string(), about: z.string(), verdict: z.enum(['affected', 'unknown']) })),
    ahead: z
      .array(z.strictObject({ release: z.string(), about: z.string() }))
      .describe('What an upgrade to this release or a later one takes away'),
  })
  .describe('Known holes of the sshd that was looked at');

const ms = z.number().nonnegative().optional();

const timing = z
  .strictObject({
    dns: ms.describe('Looking up the name'),
    tcp: ms.describe('Until the connection stood'),
    banner: ms.describe("Until the server's identification string"),
    kexinit: ms.describe("Until the server's list of algorithms"),
    keys: ms.describe('Until both sides have new keys and the host key is accepted'),
    auth: ms.describe('Until the login is accepted'),
    session: ms.describe('From then until ssh ended'),
  })
  .describe('Milliseconds that each step of the login took; a step that was not reached is absent');

const change = z.strictObject({
  side: z.enum(['client', 'server']).describe('Which side moves'),
  algorithm: z.string(),
  weakens: z.boolean().describe('It is switched off by default for a reason'),
  setting: z.string().describe('An option of ssh (client) or a line of sshd_config (server)'),
});

const negotiation = z
  .strictObject({
    client: z.string().describe("Where this side's lists were seen"),
    server: z.string().describe("Where this side's lists were seen"),
    rows: z.array(
      z.strictObject({
        what: z.string().describe('"key exchange", "host key", "cipher", "MAC", "compression"; "out" is to the server'),
        client: z.array(z.string()).describe('In its order of preference'),
        server: z.array(z.string()),
        outcome: z.enum(['agreed', 'none', 'not-needed']).describe('not-needed: the cipher guards integrity itself'),
        chosen: z.string().optional(),
        changes: z.array(change).describe('What would let the two agree, safer first'),
      }),
    ),
    strictKex: z.boolean().describe('Both sides guard against prefix truncation'),
    extInfo: z.boolean().describe('The client can be told which signatures the server takes'),
    serverGuess: z.enum(['none', 'right', 'wrong']).optional().describe('Whether it sent its first packet unasked'),
  })
  .describe('What both sides offer when they greet each other, and what comes of it');

const hostKeys = z
  .array(
    z.strictObject({
      type: z.string(),
      fingerprint: z.string(),
      shown: z.boolean().describe('The client was shown this one'),
      file: z.string().optional().describe("The server's file, where it was looked at"),
      known: z.enum(['matches', 'differs', 'revoked', 'by-authority', 'unknown']),
      where: z.array(z.string()).describe('FILE:LINE of the known_hosts lines that say so'),
    }),
  )
  .describe('Host keys of the server, each held against the known_hosts files');
const hop = z.strictObject({
  name: z.string().describe('As it stands in ProxyJump'),
  closed: z.boolean().describe('The way ends at this hop'),
  gates: z.array(gate).length(GATES.length),
});

const vantage = z.strictObject({
  name: z.string().describe('Door to the machine, as the user named it'),
  addresses: z
    .array(z.string())
    .describe('What the name resolves to there; empty when it is a literal, or could not be asked'),
  outcome: z
    .enum(['open', 'refused', 'timed-out', 'unreachable', 'unresolved', 'error'])
    .optional()
    .describe('Of one TCP connection; absent when none could be made there'),
  ms: z.number().nonnegative().optional(),
  banner: z.string().optional().describe('First line of the server; foreign, escape it for your output'),
  from: z.string().optional().describe('Address that the machine sends from'),
  said: z.string().optional().describe('Why it is not open, or why nobody could look'),
});

/** The JSON report, schema 1. The types, the published JSON Schema and the tests come from this one definition. */
export const reportSchema = z
  .strictObject({
    schema: z.literal(1),
    tool: z.strictObject({ name: z.literal('sshwhy'), version: z.string() }),
    takenAt: z.iso.datetime({ offset: true }),
    durationMs: z.number().nonnegative(),
    target: z.strictObject({
      input: z.string(),
      user: z.string().optional(),
      host: z.string().optional(),
      port: z.int().min(1).max(65535).optional(),
      from: z.string().optional(),
    }),
    gates: z.array(gate).length(GATES.length),
    causes: z.array(cause).describe('Ordered: the first with role "blocking" is what to fix first'),
    blind: z.array(blind),
    vantages: z
      .strictObject({ seen: z.array(vantage), proves: z.string() })
      .optional()
      .describe('The same endpoint as other machines see it, and what that proves'),
    hops: z.array(hop).optional().describe('Jump hosts on the way, nearest first, each put through the same gates'),
    advisories: advisories.optional(),
    negotiation: negotiation.optional(),
    timing: timing.optional(),
    hostKeys: hostKeys.optional(),
  })
  .meta({ title: 'sshwhy report', description: 'Why an SSH login fails, with proof.' });

export type Report = z.infer<typeof reportSchema>;
export type ReportedCause = Report['causes'][number];
export type ReportedGate = Report['gates'][number];
export type Blind = Report['blind'][number];
export type ReportedNegotiation = NonNullable<Report['negotiation']>;
export type ReportedHostKey = NonNullable<Report['hostKeys']>[number];
