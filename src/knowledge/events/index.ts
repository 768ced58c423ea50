import { bans } from './bans.ts';
import { client } from './client.ts';
import { dropbear } from './dropbear.ts';
import type { EventType } from './event.ts';
import { kernel } from './kernel.ts';
import { pam } from './pam.ts';
import { sshdAuth } from './sshd-auth.ts';
import { sshdConnection } from './sshd-connection.ts';
import { sshdDaemon } from './sshd-daemon.ts';
import { sshdKeys } from './sshd-keys.ts';
import { sftp, sshdSession } from './sshd-session.ts';
import { system } from './system.ts';

/** Every message that is typed; of several rows of one program that fit, the first counts. */
export const eventTypes: readonly EventType[] = [
  ...sshdAuth,
  ...sshdConnection,
  ...sshdKeys,
  ...sshdDaemon,
  ...sshdSession,
  ...sftp,
  ...pam,
  ...system,
  ...bans,
  ...kernel,
  ...dropbear,
  ...client,
];
