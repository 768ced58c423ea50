import * as z from 'zod';

/** `caution`: it does not keep sshd away, but somebody should know. */
export const CHECK_OUTCOMES = ['good', 'caution', 'bad', 'unknown'] as const;

const check = z.strictObject({
  id: z.string().describe('Name of the question, for scripts'),
  outcome: z.enum(CHECK_OUTCOMES),
  text: z.string().describe('One sentence'),
  evidence: z.array(
    z.strictObject({
      side: z.enum(['client', 'server', 'path']),
      section: z.string().describe('Bundle section that it was read from'),
      line: z.int().positive().optional(),
      text: z.string().describe('Quoted as seen; control characters are still in it, escape them for your output'),
    }),
  ),
  advice: z.array(z.string()).describe('What to do about it, in order'),
  cause: z.string().optional().describe('The cause that it is a case of: sshwhy explain CAUSE'),
});

/** What `sshwhy preflight --json` prints. */
export const preflightSchema = z
  .strictObject({
    schema: z.literal(1),
    tool: z.strictObject({ name: z.literal('sshwhy'), version: z.string() }),
    takenAt: z.iso.datetime({ offset: true }),
    target: z.strictObject({ input: z.string(), hostname: z.string().optional() }),
    for: z.enum(['reboot', 'upgrade']),
    from: z.string().optional().describe('OpenSSH that runs now'),
    to: z.string().optional().describe('Release that it is upgraded to'),
    answer: z.enum(['go', 'no-go', 'unknown']),
    rescue: z
      .strictObject({
        port: z.int().min(1).max(65535),
        user: z.string(),
        until: z.iso.datetime().describe('When it ends by itself'),
      })
      .optional()
      .describe('The rescue sshd that was started'),
    checks: z.array(check).describe('What stands against it first'),
  })
  .meta({ title: 'sshwhy preflight', description: 'Whether sshd will come back after a reboot or an upgrade.' });

export type Preflight = z.infer<typeof preflightSchema>;
export type PreflightCheck = Preflight['checks'][number];
