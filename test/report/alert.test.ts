import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertSchema } from '../../src/model/alert.ts';
import { trimmed } from '../../src/reason/watch/trim.ts';
import { alertBody, alertMessage, alertSubject, moreCommand } from '../../src/report/alert.ts';
import { unlinked, unmentioned } from '../../src/report/alert-text.ts';
import { alertOf, HOSTILE, hostileAlert, ordinaryAlert } from '../collect/alert/hostile.ts';
import { incidentOf } from '../reason/watch/incident.ts';

const schema = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../schema/alert.schema.json'), 'utf8'));
const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

describe('what an alert says', () => {
  it('is a subject and a body that a tired person understands on a phone', () => {
    expect(alertSubject(ordinaryAlert)).toBe(
      'PAGE web1: alice was let in from 192.0.2.7 by password after 31 failures from there in 10 minutes.',
    );
    expect(alertBody(ordinaryAlert)).toBe(
      [
        'What happened:',
        '  2026-11-23 11:50:02 UTC: 192.0.2.7 began to fail: 31 times so far, as several users.',
        '  2026-11-23 12:00:00 UTC: alice was let in from 192.0.2.7 by password after 31 failures from there in 10 minutes.',
        '  From 2026-11-23 12:00Z to 2026-11-23 12:01Z, not over.',
        'Why it matters:',
        '  Whoever was guessing may be logged in now.',
        'What to do first:',
        '  Ask the user by another way whether it was them.',
        'For more:',
        '  sshwhy logs --journal --since 2026-11-23T11:50Z --from 192.0.2.7',
      ].join('\n'),
    );
  });

  it('says that it is over, that it goes on, and how many were held back', () => {
    const { incident } = ordinaryAlert;
    const closed = alertOf({ ...incident, state: 'closed' }, { kind: 'closed', heldBack: 1 });
    expect(alertSubject(closed)).toMatch(/^Over on web1: alice/);
    expect(alertBody(closed)).toContain(', over.');
    expect(alertBody(closed)).not.toContain('first');
    expect(alertBody(closed)).toContain('1 more alert was held back by the limit');
    expect(alertSubject(alertOf(incident, { kind: 'grown' }))).toMatch(/^PAGE web1, goes on: alice/);
  });

  it.each(HOSTILE)('stays short, on its lines, and without control characters: %j', (text) => {
    for (const tame of [undefined, unlinked, unmentioned]) {
      const alert = hostileAlert(text);
      expect(alertSubject(alert, tame).length).toBeLessThan(330);
      expect(alertSubject(alert, tame)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      const lines = alertBody(alert, tame).split('\n');
      expect(lines.length).toBe(alertBody(ordinaryAlert).split('\n').length);
      expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(lines.join('').length).toBeLessThan(3500);
    }
  });

  it('never has a command that a name could change', () => {
    for (const text of HOSTILE.filter((one) => !/^x+$/.test(one)))
      expect(moreCommand(hostileAlert(text).incident)).toBe('sshwhy logs --journal --since 2026-11-23T11:50Z');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const said = moreCommand(incidentOf({ id: 'a', opened: 0, about: { user: text } }));
        expect(said).toMatch(/^sshwhy logs --journal --since 1969-12-31T23:50Z(?: --user [\w.:][\w.:/-]*)?$/);
      }),
    );
  });

  it('mentions nobody and links nowhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('@', 'everyone', ' ', 'a', 'www', '.', ':', '//', 'http', '(', '\uff20', 'x.y')),
        (parts) => {
          const said = unmentioned(parts.join(''));
          expect(said).not.toMatch(/:\/\/|www\./);
          expect(said).not.toMatch(/(?:^|[^\p{L}\p{N}])[@\uff20]|@everyone/u);
        },
      ),
    );
    expect(unmentioned('alice@web1 and web@Everyone')).toBe('alice@web1 and web(at)Everyone');
  });

  it.each([ordinaryAlert, ...HOSTILE.map(hostileAlert)])('is JSON as the schema has it', (alert) => {
    const trimmedAlert = { ...alert, incident: trimmed(alert.incident) };
    const message = JSON.parse(JSON.stringify(alertMessage(trimmedAlert, '1.2.3')));
    expect(valid(message), JSON.stringify(valid.errors)).toBe(true);
    expect(alertSchema.safeParse(message).success).toBe(true);
    expect(JSON.stringify(message).length).toBeLessThan(100_000);
  });

  it('survives stamps that no clock shows', () => {
    const at = Number.MAX_VALUE;
    expect(alertMessage(alertOf(incidentOf({ id: 'a', opened: -at, updated: at }), { at }), '1').at).toBe(
      '1970-01-01T00:00:00.000Z',
    );
  });
});
