import * as z from 'zod';

const time = z.iso.datetime().describe('UTC');
const urgency = z
  .enum(['page', 'notice', 'note'])
  .describe('page: somebody has to look now; notice: worth a look in the morning; note: context of others');
const about = z
  .strictObject({
    host: z.string().optional(),
    user: z.string().optional(),
    from: z.string().optional().describe('Address'),
    network: z.string().optional().describe('ADDRESS/LENGTH'),
  })
  .describe('Whom it is about');
const event = z.strictObject({
  id: z.string(),
  at: time,
  host: z.string(),
  type: z.string().describe('Row of the table of events (docs/events.md), e.g. sshd/failed-password'),
  outcome: z.string(),
  user: z.string().optional(),
  from: z.string().optional(),
  port: z.string().optional(),
  method: z.string().optional(),
  key: z.string().optional(),
  jail: z.string().optional(),
  detail: z.string().optional(),
  file: z.string().optional(),
  pid: z.int().optional(),
  forged: z.literal(true).optional().describe('The line can be read in two ways, and names nobody'),
});
const signal = z.strictObject({
  detector: z.string(),
  at: time,
  urgency,
  about,
  says: z.string(),
  measure: z.record(z.string(), z.number()).describe('What was measured, and against what'),
  evidence: z.array(event).describe('The first and the last of it, or none'),
});

/** What a webhook is sent and a command gets on its standard input. */
export const alertSchema = z
  .strictObject({
    schema: z.literal(1),
    tool: z.strictObject({ name: z.literal('sshwhy'), version: z.string() }),
    id: z.string().describe('The same when it is sent again: leave out what you have seen already'),
    kind: z.enum(['opened', 'grown', 'closed', 'test']).describe('grown: more urgent, or still going on after an hour'),
    at: time.describe('When it was decided, UTC; it may be sent up to a day later'),
    urgency,
    subject: z
      .string()
      .describe('One line, for people. Whatever is foreign in it is escaped, mentions nobody and links nowhere'),
    body: z.string().describe('Some lines, for people; escaped in the same way'),
    heldBack: z.int().nonnegative().describe('How many alerts the limit of this channel held back since the last one'),
    incident: z
      .strictObject({
        id: z.string().describe('The same from opened to closed'),
        state: z.enum(['open', 'closed']),
        opened: time,
        updated: time.describe('When something was last added, UTC'),
        urgency,
        about,
        title: z.string(),
        story: z.array(z.string()).describe('What happened, in order'),
        signals: z.array(signal).describe('At most 50, oldest first'),
        causes: z.array(z.string()).describe('sshwhy explain CAUSE'),
        advice: z.array(z.string()).describe('What to do'),
      })
      .describe('Here foreign text is as it was seen, cut after some hundred characters: escape it for your output'),
  })
  .meta({ title: 'sshwhy alert', description: 'An alert of sshwhy watch.' });
export type AlertMessage = z.infer<typeof alertSchema>;
