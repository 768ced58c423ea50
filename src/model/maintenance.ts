import * as z from 'zod';

const window = z.strictObject({
  id: z.string(),
  state: z
    .enum(['open', 'lost', 'ended'])
    .describe('lost: remembered, but no longer in force (the machine was restarted) or without its guard'),
  summary: z.string(),
  at: z.string().describe('When it was begun, RFC 3339'),
});

/** What `sshwhy maintain … --json` prints. */
export const maintenanceSchema = z
  .strictObject({
    schema: z.literal(1),
    action: z.enum(['begin', 'end', 'status']),
    outcome: z
      .enum(['begun', 'planned', 'declined', 'refused', 'rolled-back', 'damaged', 'ended', 'told'])
      .describe('planned: --dry-run; refused: nothing was changed; damaged: see `why`; told: status'),
    why: z.string().optional(),
    id: z.string().optional(),
    allow: z.array(z.string()).optional(),
    until: z.iso.datetime({ offset: true }).optional().describe('When the machine ends it by itself'),
    diff: z.array(z.string()).optional().describe('--dry-run: what would be changed'),
    proof: z.array(z.string()).describe('What was seen of it'),
    warnings: z.array(z.string()),
    windows: z.array(window).optional().describe('status: what the machine remembers, newest first'),
  })
  .meta({ title: 'sshwhy maintain', description: 'A temporary list of addresses that may log in.' });
export type Maintenance = z.infer<typeof maintenanceSchema>;
