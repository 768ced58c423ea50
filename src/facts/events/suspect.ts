import type { Program } from '../../knowledge/events/event.ts';

/** Whether only root's part of sshd writes this; what a login's own process writes may be of the user. */
export function suspect(program: Program, text: string): boolean {
  if (program === 'kernel' || program === 'sftp') return false;
  if (program !== 'sshd') return true;
  return !/^(?:error: )?(?:Received |Disconnected |Connection |channel |connect_to |refused |Starting session|Close session|subsystem )/.test(
    text,
  );
}
