import { EXIT } from '../../src/model/errors.ts';

/** What sshwhy(1) says first; a paragraph each. */
export const INTRODUCTION = [
  'Somebody types "ssh alice@web1" and is turned away. sshwhy answers why, with proof: from the client, from the server, or from both sides joined. It follows the login through its gates - client, name, network, firewall, daemon, admission, handshake, auth, session, host - and names the first one that is closed, what closes it, where that was seen, and what helps.',
  'A word that is no command is a host: "sshwhy alice@web1" is "sshwhy diagnose alice@web1". The options -i -p -l -J -F -o -4 -6 mean what they mean to ssh(1), and are handed to it.',
  'Looking changes nothing, on neither side. A door (--on) is any way to a shell on the server: local, ssh:[user@]host, docker:NAME, podman:NAME, kubectl:[namespace/]pod[/container], machine:NAME, or exec:COMMAND. Nothing has to be installed there. What could not be read is named in the answer.',
] as const;

export const EXITS: readonly (readonly [number, string])[] = [
  [EXIT.open, 'Nothing closes a gate; fix: fixed, and proven by a login.'],
  [
    EXIT.closed,
    'At least one cause closes a gate. harden, keys audit: findings at or above --fail-on. watch --once: an incident is open that is worth a look.',
  ],
  [EXIT.usage, 'Usage error.'],
  [EXIT.couldNotLook, 'Could not look: the transport failed, a bundle cannot be read.'],
  [EXIT.rolledBack, 'fix, harden, keys: changed, and taken back.'],
  [EXIT.interrupted, 'Interrupted; nothing that is half done is left.'],
];

/** Every variable of the environment that the program reads for its user; a test compares it with the sources. */
export const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['NO_COLOR', 'If it is set, no colours.'],
  ['FORCE_COLOR', 'If it is set, colours also where the output is no terminal.'],
  ['TERM', 'No colours where it is "dumb".'],
  ['HOME', 'Where ~/.ssh is looked for, as ssh(1) does.'],
  ['SSH_AUTH_SOCK', 'The agent whose keys ssh(1) would try; it is asked for their names, never for a signature.'],
  ['XDG_STATE_HOME', 'Where fixes of the own client are remembered; default ~/.local/state.'],
  ['XDG_RUNTIME_DIR', 'serve --open: where the file lies that leads the browser to the page.'],
  ['DISPLAY, WAYLAND_DISPLAY', 'serve --open: whether there is a screen.'],
  ['LOCALDOMAIN, RES_OPTIONS', 'As the resolver takes them (resolv.conf(5)).'],
  ['STATE_DIRECTORY, NOTIFY_SOCKET, WATCHDOG_USEC', 'watch: what systemd gives to its service.'],
];

export const FILES: readonly (readonly [string, string])[] = [
  ['/etc/sshwhy/watch.yaml', 'What the watch reads, keeps and says, where it runs as a service.'],
  ['/etc/systemd/system/sshwhy-watch.service', 'Its unit, written by "sshwhy watch install".'],
  ['/var/lib/sshwhy-watch', 'Its events and incidents.'],
  [
    '/var/lib/sshwhy',
    'On a machine that was changed: what each fix did, and what takes it back. It stays when sshwhy goes.',
  ],
  ['~/.local/state/sshwhy', 'The same for fixes of the own client.'],
  ['/etc/ssh/sshd_config.d/00-sshwhy-*.conf', 'Settings that harden, maintain and keys revoke made.'],
];
