import { describe, expect, test } from 'vitest';
import { cause as notRunning } from '../../src/causes/daemon/not-running.ts';
import { cause as otherPort } from '../../src/causes/daemon/other-port.ts';
import { daemon } from '../../src/facts/daemon.ts';
import type { Bundle } from '../../src/model/bundle.ts';
import { investigate } from '../../src/reason/investigate.ts';

// As `ss -Htlnpe` prints it to a user who is not root, on Debian 12.
const OF_SSHD = 'LISTEN 0      128    0.0.0.0:22 0.0.0.0:* ino:37114463 sk:5fde cgroup:/system.slice/ssh.service <->';
const OF_SOMEBODY =
  'LISTEN 0      128    0.0.0.0:2222 0.0.0.0:* ino:37114470 sk:5fe0 cgroup:/user.slice/user-0.slice/session-1.scope <->';

const bundle = (uid: number, ...lines: readonly string[]): Bundle => ({
  schema: 1,
  takenAt: '2026-11-25T08:33:15Z',
  sections: {
    meta: { status: 'ok', text: `uid=${uid}\nnow=1795595595` },
    'sshd-exe': { status: 'ok', text: '' },
    'sshd-binary': { status: 'ok', text: 'OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025' },
    units: { status: 'absent', text: '' },
    listeners: { status: 'ok', text: ['# ss', ...lines].join('\n') },
  },
});

const found = (cause: unknown, of: Bundle) =>
  investigate([cause as never], of, { port: 2222, at: of.takenAt }).sightings.length;

describe('who is not root', () => {
  test('knows the listener of sshd by its unit', () => {
    const fact = daemon.read(bundle(1000, OF_SSHD, OF_SOMEBODY));
    expect(fact).toMatchObject({ known: true, value: { listening: [{ port: 22 }], hidden: [{ port: 2222 }] } });
  });

  test('does not take a socket whose holder is hidden for none of sshd', () => {
    expect(daemon.read(bundle(1000, OF_SOMEBODY))).toMatchObject({ known: false, gap: 'denied' });
    expect(found(notRunning, bundle(1000, OF_SOMEBODY))).toBe(0);
    expect(found(notRunning, bundle(0, OF_SOMEBODY))).toBe(1);
    expect(found(otherPort, bundle(1000, OF_SSHD, OF_SOMEBODY))).toBe(0);
    // The same on another port than the one that is dialled hides nothing.
    expect(found(otherPort, bundle(1000, OF_SSHD, OF_SOMEBODY.replace('2222', '8080')))).toBe(1);
  });

  test('sees as much as root where nothing listens at all', () => {
    expect(daemon.read(bundle(1000))).toMatchObject({ known: true, value: { listening: [] } });
  });
});

test('root sees all holders: a socket without one is the kernel’s own', () => {
  expect(daemon.read(bundle(0, OF_SOMEBODY))).toMatchObject({ known: true, value: { listening: [], hidden: [] } });
});
