import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventReader } from '../../src/facts/events/reader.ts';
import type { LogEvent } from '../../src/facts/events/typed-event.ts';
import { eventTypes } from '../../src/knowledge/events/index.ts';
import { recordOf } from '../../src/report/logs/records.ts';

const FOLDER = path.join(import.meta.dirname, '../fixtures/events');
const READ_AT = Date.UTC(2026, 10, 25);

interface EcsField {
  readonly type: string;
  readonly normalize: readonly string[];
  readonly allowed_values?: readonly { readonly name: string; readonly expected_event_types?: readonly string[] }[];
}
/** All fields of ECS 8.11, as Elastic publishes them. */
const { EcsFlat: fields } = createRequire(import.meta.url)('@elastic/ecs') as {
  readonly EcsFlat: Readonly<Record<string, EcsField>>;
};

interface OcsfObject {
  readonly constraints: { readonly at_least_one?: readonly string[] };
  readonly attributes: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly requirement: string;
        readonly array?: true;
        readonly enum?: Readonly<Record<string, string>>;
      }
    >
  >;
}
/** Made of the schema of OCSF at its tag 1.3.0: the class Authentication and its objects. */
const ocsf = JSON.parse(readFileSync(path.join(FOLDER, 'ocsf-1.3.0-authentication.json'), 'utf8')) as Readonly<
  Record<string, OcsfObject>
> & {
  readonly types: Readonly<
    Record<string, { readonly type?: string; readonly regex?: string; readonly range?: [number, number] }>
  >;
};

/** Events of all types with all fields, with none, with an address that is a name, and those of all lines of real daemons. */
function events(): readonly LogEvent[] {
  const made: LogEvent[] = [];
  const all = {
    user: 'alice',
    port: '4022',
    method: 'publickey',
    key: 'ED25519 SHA256:x',
    jail: 'sshd',
    detail: 'd',
    file: '/f',
  };
  for (const type of eventTypes) {
    for (const from of [
      '192.0.2.7',
      '2001:db8::7',
      'fe80::1%eth0',
      'UNKNOWN',
      'host.example',
      '::ffff:192.0.2.7',
      '1.2.3',
    ])
      made.push({ type, at: READ_AT, hostname: 'web1', pid: 7, forged: false, times: 1, from, ...all });
    made.push({ type, forged: false, times: 1 });
  }
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))) {
    const reader = eventReader({ zone: () => 0, end: READ_AT, onEvent: (event) => made.push(event) });
    reader.push(readFileSync(path.join(FOLDER, file)));
    reader.end();
  }
  return made;
}

function flat(value: object, prefix = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? flat(one, `${prefix}${name}.`)
      : [[`${prefix}${name}`, one] as const],
  );
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === 'string',
  date: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  // Elasticsearch takes no zone in an address.
  ip: (value) => typeof value === 'string' && isIP(value) !== 0 && !value.includes('%'),
  long: (value) => Number.isSafeInteger(value),
};

function ecsProblems(record: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  const told = new Map(flat(record));
  for (const name of ['@timestamp', 'ecs.version']) if (!told.has(name)) problems.push(`${name} is missing`);
  // Names of one's own begin with a capital letter, so that ECS never takes them (its guidelines on custom fields).
  for (const [name, value] of [...told].filter(([one]) => !/^Sshwhy\./.test(one))) {
    const field = fields[name];
    if (field === undefined) problems.push(`${name} is no field`);
    else {
      const array = field.normalize.includes('array');
      if (array !== Array.isArray(value)) problems.push(`${name}: ${array ? 'no list' : 'a list'}`);
      for (const one of Array.isArray(value) ? value : [value]) {
        if (!KINDS[field.type]?.(one)) problems.push(`${name}: ${JSON.stringify(one)} is no ${field.type}`);
        if (field.allowed_values && !field.allowed_values.some((allowed) => allowed.name === one))
          problems.push(`${name} may not be ${JSON.stringify(one)}`);
      }
    }
  }
  const categories = (told.get('event.category') ?? []) as readonly string[];
  for (const type of (told.get('event.type') ?? []) as readonly string[])
    for (const category of categories) {
      const allowed = fields['event.category']?.allowed_values?.find(({ name }) => name === category);
      if (!allowed?.expected_event_types?.includes(type)) problems.push(`event.type ${type} with category ${category}`);
    }
  return problems;
}

function ocsfProblems(name: string, record: Readonly<Record<string, unknown>>): string[] {
  const object = ocsf[name] as OcsfObject;
  const problems: string[] = [];
  for (const [attribute, { requirement }] of Object.entries(object.attributes))
    if (requirement === 'required' && record[attribute] === undefined) problems.push(`${name}.${attribute} is missing`);
  const any = object.constraints.at_least_one;
  if (any && !any.some((one) => record[one] !== undefined)) problems.push(`${name} has none of ${any.join(', ')}`);
  for (const [attribute, value] of Object.entries(record)) {
    const { type, enum: values } = object.attributes[attribute] ?? {};
    const label = `${name}.${attribute}: ${JSON.stringify(value)}`;
    if (type === undefined) problems.push(`${label} is no attribute`);
    else if (values !== undefined && !/^(?:class|category)_uid$/.test(attribute) && !(String(value) in values))
      problems.push(`${label} is not allowed`);
    else if (type in ocsf && type !== 'types') problems.push(...ocsfProblems(type, value as Record<string, unknown>));
    else {
      const base = type === 'string_t' ? 'string_t' : (ocsf.types[type]?.type ?? type);
      const fits = { string_t: 'string', integer_t: 'number', long_t: 'number', boolean_t: 'boolean' }[base];
      if (typeof value !== fits) problems.push(`${label} is no ${type}`);
      if (type === 'ip_t' && isIP(String(value)) === 0) problems.push(`${label} is no address`);
      const [least, most] = ocsf.types[type]?.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      if (typeof value === 'number' && (value < least || value > most)) problems.push(`${label} is out of range`);
    }
  }
  return problems;
}

const all = events();
const problemsOf = (form: 'ecs' | 'ocsf', check: (record: Record<string, unknown>) => string[]): string[] => [
  ...new Set(
    all.flatMap((event) => {
      const line = recordOf[form](event, READ_AT);
      return line === '' ? [] : check(JSON.parse(line)).map((problem) => `${event.type.id}: ${problem}`);
    }),
  ),
];

describe('records for a SIEM', () => {
  it('in ECS have fields that there are, of their types, with values that go together', () => {
    expect(all.length).toBeGreaterThan(2000);
    expect(problemsOf('ecs', ecsProblems)).toEqual([]);
  });

  it('in OCSF have what the class Authentication requires, and nothing that it does not know', () => {
    expect(problemsOf('ocsf', (record) => ocsfProblems('authentication', record))).toEqual([]);
    const uids = all.flatMap((event) => {
      const line = recordOf.ocsf(event, READ_AT);
      if (line === '') return [];
      const { class_uid, type_uid, activity_id, category_uid } = JSON.parse(line);
      return [class_uid * 100 + activity_id === type_uid && category_uid === 3];
    });
    expect(uids.length).toBeGreaterThan(300);
    expect(uids).not.toContain(false);
  });

  it('are found out when they are wrong', () => {
    const good = JSON.parse(recordOf.ecs(all[0] as LogEvent, READ_AT));
    expect(ecsProblems({ ...good, event: { ...good.event, category: ['session'], type: ['denied'] } })).not.toEqual([]);
    expect(ecsProblems({ ...good, related: { ip: ['host.example'] } })).not.toEqual([]);
    expect(ecsProblems({ ...good, sshwhy: 1 })).not.toEqual([]);
    const login = JSON.parse(recordOf.ocsf(all[0] as LogEvent, READ_AT));
    expect(ocsfProblems('authentication', { ...login, user: {} })).not.toEqual([]);
    expect(ocsfProblems('authentication', { ...login, status_id: 7 })).not.toEqual([]);
    expect(ocsfProblems('authentication', { ...login, time: undefined })).not.toEqual([]);
    expect(ocsfProblems('authentication', { ...login, src_endpoint: { ip: 'UNKNOWN' } })).not.toEqual([]);
  });
});
