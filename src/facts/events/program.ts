import type { Program } from '../../knowledge/events/event.ts';

/** The program whose table types the messages of a tag; undefined: none that we know. An empty tag is `dropbear -E`. */
export function programOf(text: string, tag: number, tagEnd: number): Program | undefined {
  const length = tagEnd - tag;
  switch (text.charCodeAt(tag)) {
    case 115:
      if (text.startsWith('sshd', tag)) {
        if (length === 4) return 'sshd';
        const name = text.slice(tag + 4, tagEnd);
        if (name === '-session' || name === '-auth') return 'sshd';
        return name.includes('(pam_') ? 'pam' : undefined;
      }
      // sftp-server(8) says who it serves.
      if (length === 11 && text.startsWith('sftp-server', tag)) return 'sftp';
      if (length === 7 && text.startsWith('systemd', tag)) return 'systemd';
      if (length === 14 && text.startsWith('systemd-logind', tag)) return 'logind';
      return length === 8 && text.startsWith('sshguard', tag) ? 'sshguard' : undefined;
    case 105:
      return length === 13 && text.startsWith('internal-sftp', tag) ? 'sftp' : undefined;
    case 107:
      return length === 6 && text.startsWith('kernel', tag) ? 'kernel' : undefined;
    case 100:
      return length === 8 && text.startsWith('dropbear', tag) ? 'dropbear' : undefined;
    case 102:
      return text.startsWith('fail2ban', tag) ? 'fail2ban' : undefined;
    default:
      return length === 0 ? 'dropbear' : undefined;
  }
}
