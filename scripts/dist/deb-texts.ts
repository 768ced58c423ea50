import type { Architecture } from './deb.ts';

/** DEBIAN/control (deb-control(5)). */
export function control(o: {
  readonly version: string;
  readonly architecture: Architecture;
  readonly kilobytes: number;
}): string {
  const own = o.architecture === 'all';
  return `Package: sshwhy
Version: ${o.version}
Architecture: ${o.architecture}
Maintainer: The sshwhy authors <sshwhy@sshwhy.invalid>
Installed-Size: ${o.kilobytes}
Section: admin
Priority: optional
Depends: ${own ? 'nodejs (>= 20.19)' : 'libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 5)'}
Recommends: openssh-client
Suggests: python3, bash-completion
Description: says why a login by ssh fails, with proof
 Somebody types "ssh alice@web1" and is turned away. sshwhy answers why:
 from the client, from the server, or from both sides joined. It also fixes
 what it found without locking anybody out, hardens sshd by published
 baselines, audits keys, reads logs of logins, and watches them.
 .
${
  own
    ? ' This package takes the Node.js of the system. A store of events for the\n watch needs version 22.13 of it; everything else works from 20.19 on.'
    : ' This package has Node.js inside and needs no other.'
}
`;
}

/** Whether the unit of the watch, which \`sshwhy watch install\` writes for this machine, starts what this package brings. */
const OURS = `ours() {
  grep -qE '^ExecStart=.*(/usr/bin/sshwhy |/usr/share/sshwhy/)' /etc/systemd/system/sshwhy-watch.service 2>/dev/null
}`;

/** After an upgrade the unit is made anew, by the new program, and the watch restarted with it. */
export const POSTINST = `#!/bin/sh
set -e
${OURS}
if [ "$1" = configure ] && [ -n "$2" ] && [ -d /run/systemd/system ] && ours; then
  sshwhy watch install >/dev/null || echo 'sshwhy: the watch was not restarted: sudo sshwhy watch install' >&2
fi
`;

/** A unit whose program is gone would fail at every boot. Events and watch.yaml stay until the package is purged. */
export const PRERM = `#!/bin/sh
set -e
${OURS}
if [ "$1" = remove ] && ours; then
  if [ ! -d /run/systemd/system ] || ! sshwhy watch uninstall >/dev/null; then
    rm -f /etc/systemd/system/sshwhy-watch.service /etc/systemd/system/multi-user.target.wants/sshwhy-watch.service
  fi
fi
`;

/** What fixes remember in /var/lib/sshwhy stays: it takes back changes of sshd, for whoever made them, and may be waiting to. */
export const POSTRM = `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -rf /var/lib/sshwhy-watch /var/lib/private/sshwhy-watch /etc/systemd/system/sshwhy-watch.service.d
  rm -f /etc/sshwhy/watch.yaml
  rmdir /etc/sshwhy /var/lib/private 2>/dev/null || true
fi
`;

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** usr/share/doc/sshwhy/copyright: who holds what, and where the words of each licence are. */
export function copyright(bundled: readonly Bundled[], node: boolean): string {
  const inside = node
    ? `\nThe program has Node.js inside (https://nodejs.org), Copyright Node.js contributors,
under the MIT licence, with libraries under licences of their own. Their texts are in
/usr/share/doc/sshwhy/nodejs-licences.txt.gz.\n`
    : '';
  return `sshwhy: says why a login by ssh fails, with proof.

Copyright 2026 The sshwhy authors

Licensed under the Apache License, Version 2.0. On Debian systems its text is in
/usr/share/common-licenses/Apache-2.0.
${inside}
The program has these packages of npm inside, each under the licence that is named. The
texts of their licences, with their notices of copyright, are in
/usr/share/doc/sshwhy/THIRD-PARTY.txt.gz.

${bundled.map(({ name, version, license }) => `  ${name} ${version}: ${license}`).join('\n')}
`;
}
