import * as z from 'zod';
import { reportSchema } from './report.ts';

const made = z.strictObject({
  id: z.string().describe('For `sshwhy undo`'),
  cause: z.string(),
  where: z.enum(['client', 'server']),
  summary: z.string(),
  commands: z.array(z.string()).describe('What a person would have typed'),
  guard: z.enum(['systemd', 'process']).optional().describe('What takes it back on the machine unless it is confirmed'),
  effects: z.array(z.string()).describe('Lines of `sshd -T` that came (+) or went (-)'),
  warnings: z.array(z.string()),
});

/** What `sshwhy fix --json` prints. */
export const fixReportSchema = z.strictObject({
  schema: z.literal(1),
  outcome: z
    .enum(['fixed', 'nothing', 'planned', 'stuck', 'declined', 'refused', 'rolled-back', 'damaged'])
    .describe('planned: --dry-run; stuck: not for a machine to fix; refused: nothing was changed; damaged: see `why`'),
  why: z.string().optional(),
  made: z.array(made).describe('In the order in which it was made'),
  plan: z
    .strictObject({
      cause: z.string(),
      summary: z.string(),
      where: z.enum(['client', 'server']),
      commands: z.array(z.string()),
      diff: z.array(z.string()),
    })
    .optional()
    .describe('--dry-run: what would be changed'),
  report: reportSchema.describe('The last diagnosis'),
});
export type FixReport = z.infer<typeof fixReportSchema>;
