import * as z from 'zod';

const at = z.number().describe('Epoch milliseconds.');

/** What a watch says of itself at `/healthz`. */
export const healthSchema = z.object({
  startedAt: at,
  lastLineAt: at.optional(),
  lastEventAt: at.optional(),
  lagMs: z.number().optional().describe('How old the latest event was when it was counted.'),
  lines: z.object({ read: z.number(), typed: z.number(), unparsed: z.number() }),
  store: z.object({ events: z.number(), bytes: z.number(), limitBytes: z.number().optional() }).optional(),
  incidents: z.object({ page: z.number(), notice: z.number(), note: z.number() }).describe('Those that are open.'),
  sources: z
    .array(
      z.object({
        source: z.string().describe('`journal`, or the path of a file.'),
        unreadable: z.string().optional().describe('Why it cannot be read.'),
      }),
    )
    .describe('The logs that are watched.'),
});
export type Health = z.infer<typeof healthSchema>;
export type SourceState = Health['sources'][number];

/** `sshwhy watch status --json`. */
export const serviceStatusSchema = z
  .object({
    schema: z.literal(1),
    tool: z.object({ name: z.string(), version: z.string() }),
    unit: z.object({
      name: z.string(),
      installed: z.boolean(),
      enabled: z.boolean().describe('It starts with the machine.'),
      state: z.string().describe('ActiveState of systemd.'),
      since: at.optional(),
      pid: z.number().optional(),
      memoryBytes: z.number().optional(),
      restarts: z.number().describe('How often systemd has restarted it.'),
    }),
    watch: healthSchema.optional().describe('What it says of itself; missing when it does not answer.'),
    problems: z.array(z.string()).describe('What keeps it from watching, a sentence each; empty when all is well.'),
  })
  .meta({ title: 'sshwhy watch status', description: 'How the service of the watch is.' });
export type ServiceStatus = z.infer<typeof serviceStatusSchema>;

/** What `sshwhy watch install` would do. */
export interface ServicePlan {
  readonly unit: { readonly file: string; readonly text: string; readonly change: 'new' | 'same' | 'changed' };
  /** Only where there is no configuration yet: one that is there stays as it is. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Whether the service may talk to other machines. */
  readonly network: boolean;
  readonly groups: readonly string[];
  readonly commands: readonly string[];
}

/** What became of an installation. */
export interface Installed {
  readonly plan: ServicePlan;
  readonly outcome: 'started' | 'failed';
  /** The last lines that a service said that did not start; foreign. */
  readonly said: readonly string[];
}
