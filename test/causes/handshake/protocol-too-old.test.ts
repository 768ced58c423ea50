import { expect, it } from 'vitest';
import { cause } from '../../../src/causes/handshake/protocol-too-old.ts';
import type { Cause } from '../../../src/model/cause.ts';
import { investigate } from '../../../src/reason/investigate.ts';
import { bundles, causeTest } from '../../cause-test.ts';

causeTest('handshake/protocol-too-old');

it('is told by the server of the client that it was asked about, and of no other', () => {
  const [, healthy] = bundles('healthy').find(([name]) => name === 'bookworm-plain.bundle') ?? [];
  if (!healthy) throw new Error('no such fixture');
  // What sshd 8.4, 9.2 and 10.0 said to a client that sent "SSH-1.5-PuTTY".
  const now = healthy.sections['meta']?.text.match(/now=(\d+)/)?.[1];
  const text = [
    '# journal',
    `${now}.241244 web1 sshd[42]: error: Protocol major versions differ: 2 vs. 1`,
    `${now}.245352 web1 sshd[42]: banner exchange: Connection from 10.77.2.10 port 42882: could not read protocol version`,
  ].join('\n');
  const { meta } = healthy.sections;
  if (!meta) throw new Error('the fixture has no server');
  const bundle = { ...healthy, sections: { meta, 'log-sshd': { status: 'ok' as const, text } } };
  const found = (from?: string) =>
    investigate([cause as Cause], bundle, { at: bundle.takenAt, ...(from === undefined ? {} : { from }) }).sightings;
  expect(found('10.77.2.10').map(({ observed }) => observed.verdict)).toEqual(['confirmed']);
  expect(found('10.77.2.11')).toEqual([]);
  expect(found()).toEqual([]);
});
