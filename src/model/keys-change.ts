import * as z from 'zod';

const host = z.strictObject({
  host: z.string(),
  outcome: z
    .enum(['done', 'already', 'planned', 'refused', 'rolled-back', 'damaged', 'could-not-look', 'not-tried'])
    .describe('already: nothing was left to do; refused: nothing was changed; damaged: see `why`'),
  why: z.string().optional(),
  steps: z.array(z.string()).describe('What was done and proven, in order'),
  diff: z.array(z.string()).optional().describe('--dry-run: what would be changed'),
});

/** What `sshwhy keys rotate --json` and `sshwhy keys revoke --json` print. */
export const keyChangeSchema = z
  .strictObject({
    schema: z.literal(1),
    action: z.enum(['rotate', 'revoke']),
    fingerprint: z.string().describe('Of the key that goes'),
    replacement: z.string().optional().describe('Fingerprint of the key that comes'),
    user: z.string().optional(),
    hosts: z.array(host),
  })
  .meta({
    title: 'sshwhy keys rotate, sshwhy keys revoke',
    description: 'What became of a change of keys, host by host.',
  });

export type KeyChange = z.infer<typeof keyChangeSchema>;
export type ChangedHost = KeyChange['hosts'][number];
