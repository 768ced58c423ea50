import * as z from 'zod';
import { SEVERITIES } from './control.ts';
import { STATUSES } from './hardening.ts';
import { evidence } from './report.ts';

const want = z
  .union([
    z.strictObject({ is: z.array(z.string()).min(1) }),
    z.strictObject({ only: z.array(z.string()).min(1) }),
    z.strictObject({ never: z.array(z.string()).min(1) }),
    z.strictObject({ someOf: z.array(z.string()).min(1) }),
    z.strictObject({ noLaxer: z.string() }),
    z.strictObject({ mode: z.string() }),
    z.strictObject({ present: z.literal(true) }),
    z.strictObject({ atLeast: z.number().optional(), atMost: z.number().optional() }),
  ])
  .describe('What the profile wants, for machines; "wanted" says it in words');

const waiver = z.strictObject({ reason: z.string(), until: z.iso.date().describe('Last day on which it counts') });

const result = z.strictObject({
  control: z.string().regex(/^[a-z0-9-]+$/),
  subject: z.string().optional().describe('Tells several results of one control apart: a Match block, a file, a jail'),
  title: z.string(),
  severity: z.enum(SEVERITIES),
  status: z.enum(STATUSES),
  now: z.string().optional().describe('The value in force; as foreign as what it was read from'),
  want,
  wanted: z.string(),
  detail: z.string().optional(),
  evidence: z.array(evidence),
  settleWith: z.string().optional().describe('Command that would settle what is unknown'),
  gap: z
    .strictObject({
      gap: z.enum(['not-collected', 'denied', 'unsupported', 'timed-out', 'unparsable']),
      section: z.string(),
    })
    .optional()
    .describe('Why it is unknown'),
  waiver: waiver.optional(),
  sources: z.array(z.strictObject({ by: z.string(), section: z.string().optional() })),
  care: z.string().optional().describe('Whom satisfying it may keep out'),
  repair: z.enum(['line', 'mode', 'owner', 'unit', 'manual']).optional().describe('What would satisfy it'),
  steps: z.array(z.string()).optional().describe('For a person, where no machine should do it'),
});

const change = z.union([
  z.strictObject({
    kind: z.literal('write'),
    file: z.string(),
    text: z.string(),
    mode: z.string(),
    owner: z.string(),
  }),
  z.strictObject({ kind: z.literal('prepend'), file: z.string(), lines: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('mode'), path: z.string(), mode: z.string() }),
  z.strictObject({ kind: z.literal('owner'), path: z.string(), owner: z.string() }),
  z.strictObject({
    kind: z.literal('unit'),
    unit: z.string(),
    action: z.enum(['reload', 'enable']),
    check: z.literal(true).optional().describe('Only after sshd -t has found nothing'),
  }),
]);

const keyLogin = z.strictObject({ user: z.string(), key: z.string() });

const plan = z
  .strictObject({
    changes: z.array(change).describe('In this order'),
    satisfies: z.array(z.string()).describe('Results that pass afterwards, by the same evaluator'),
    left: z.array(z.strictObject({ result: z.string(), steps: z.array(z.string()) })).describe('For a person'),
    endsPasswords: z.boolean(),
    shutOut: z.array(keyLogin).describe('Logins by key that would no longer get in'),
    keepers: z.array(keyLogin).describe('Logins by key that get in afterwards and can become root'),
  })
  .describe('What would satisfy the findings; nothing is changed');

const drift = z.strictObject({
  since: z.iso.datetime({ offset: true }).describe('When the baseline was taken'),
  changes: z.array(
    z.strictObject({
      result: z.string().describe('Control, and " @ " and the subject where there is one'),
      direction: z.enum(['better', 'worse', 'other']),
      before: z.string(),
      after: z.string(),
    }),
  ),
});

/** The JSON of `sshwhy harden`, schema 1; also what a baseline is saved as. */
export const hardenReportSchema = z
  .strictObject({
    schema: z.literal(1),
    tool: z.strictObject({ name: z.literal('sshwhy'), version: z.string() }),
    takenAt: z.iso.datetime({ offset: true }),
    target: z.strictObject({ input: z.string(), host: z.string().optional() }),
    profile: z.strictObject({ name: z.string(), title: z.string() }),
    release: z.string().optional().describe('Of OpenSSH, e.g. 9.2'),
    failOn: z.enum(SEVERITIES),
    counts: z.record(z.enum(STATUSES), z.int().nonnegative()),
    results: z.array(result).describe('What fails first, the severest first'),
    drift: drift.optional().describe('What has changed since a saved baseline'),
    plan: plan.optional(),
    applied: z
      .strictObject({
        outcome: z.enum(['applied', 'nothing', 'declined', 'refused', 'rolled-back', 'damaged']),
        id: z.string().optional().describe('For `sshwhy undo`'),
        why: z.string().optional(),
        effects: z.array(z.string()).describe('Lines of `sshd -T` that came (+) or went (-)'),
        warnings: z.array(z.string()),
      })
      .optional()
      .describe('--apply: what became of the plan; the results are those of a second look, when it was applied'),
  })
  .meta({ title: 'sshwhy harden report', description: 'The posture of an SSH server against a baseline.' });

export type HardenReport = z.infer<typeof hardenReportSchema>;
export type HardenResult = HardenReport['results'][number];
export type Drift = z.infer<typeof drift>;
