import * as z from 'zod';
import { CONTROLS, controlOf, PROFILE_TITLES, wantsOf } from '../knowledge/controls/index.ts';
import { PROFILES, type ProfileName, type Want } from '../model/control.ts';
import type { Profile, Waiver } from '../model/hardening.ts';
import { type ReadYaml, readYaml } from './yaml.ts';

// Values become lines of sshd_config, so each is one word.
const word = z.string().regex(/^[\w./@:%+-]{1,200}$/, 'has to be one word');
const words = z.array(word).min(1).max(100);
const number = z.int().nonnegative();

const want = z.union([
  z.strictObject({ is: words }),
  z.strictObject({ only: words }),
  z.strictObject({ never: words }),
  z.strictObject({ someOf: words }),
  z.strictObject({ noLaxer: z.string().regex(/^(?:\d+:\d+:\d+|\d+[KMG]? \d+[smhd]?)$/) }),
  z.strictObject({ mode: z.string().regex(/^0[0-7]{3}$/) }),
  z.strictObject({ present: z.literal(true) }),
  z
    .strictObject({ atLeast: number.optional(), atMost: number.optional() })
    .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined),
]);

const NO_WANT = 'is neither true, false nor a want: is, only, never, someOf, atLeast, atMost, noLaxer or mode';

const waiver = z.strictObject({
  control: z.string(),
  subject: z.string().optional(),
  reason: z.string().min(3, 'has to say why'),
  until: z.iso.date('is not a date like 2027-01-31'),
});

const schema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  extends: z.enum([...PROFILES, 'all']).optional(),
  controls: z.record(z.string(), z.union([z.boolean(), want], NO_WANT)).optional(),
  waivers: z.array(waiver).max(1000).optional(),
});
type Written = z.infer<typeof schema>;

type At = ReadYaml<Written>['at'];

/** Wants of one family can stand in for each other. */
const FAMILY: readonly (readonly string[])[] = [
  ['is', 'present'],
  ['atLeast', 'atMost'],
  ['only', 'never', 'someOf'],
  ['noLaxer'],
  ['mode'],
];
const familyOf = (one: Want): number => FAMILY.findIndex((keys) => keys.some((key) => key in one));

const parsed = (file: string, text: string): ReadYaml<Written> => readYaml(file, text, schema, 'not a profile');

const checked = (list: readonly Waiver[] | undefined, at: At): readonly Waiver[] =>
  (list ?? []).map((one, i) => {
    if (!controlOf(one.control))
      throw at(['waivers', i, 'control'], `there is no control "${one.control}" (sshwhy harden --list)`);
    return one;
  });

function everything(): ReadonlyMap<string, Want> {
  return new Map(CONTROLS.map(({ id, want: usual }) => [id, usual]));
}

/**
 * A profile of one's own (docs/guides/hardening.md): a built-in one that it extends, controls chosen, dropped or with other
 * values, and waivers.
 * @throws UsageError with file and line for what it cannot mean.
 */
export function readProfile(file: string, text: string): Profile {
  const { written, at } = parsed(file, text);
  const base =
    written.extends === undefined
      ? new Map<string, Want>()
      : written.extends === 'all'
        ? everything()
        : wantsOf(written.extends);
  const wants = new Map(base);
  for (const [id, chosen] of Object.entries(written.controls ?? {})) {
    const control = controlOf(id);
    if (!control) throw at(['controls', id], `there is no control "${id}" (sshwhy harden --list)`);
    if (chosen === false) wants.delete(id);
    else if (chosen === true) wants.set(id, base.get(id) ?? control.want);
    else if (familyOf(chosen) === familyOf(control.want)) wants.set(id, chosen);
    else throw at(['controls', id], `"${id}" wants ${(FAMILY[familyOf(control.want)] ?? []).join(', ')}`);
  }
  if (wants.size === 0) throw at([], 'it holds no control: name some under "controls", or a profile under "extends"');
  return {
    name: written.name ?? file,
    title: written.extends === undefined ? 'a profile of your own' : `a profile of your own, after ${written.extends}`,
    wants,
    waivers: checked(written.waivers, at),
  };
}

/** The waivers of a file that holds nothing else that counts. @throws UsageError with file and line. */
export function readWaivers(file: string, text: string): readonly Waiver[] {
  const { written, at } = parsed(file, text);
  if (written.controls || written.extends) throw at([], 'a file of waivers holds nothing else');
  return checked(written.waivers, at);
}

export function builtIn(name: ProfileName): Profile {
  return { name, title: PROFILE_TITLES[name], wants: wantsOf(name), waivers: [] };
}
