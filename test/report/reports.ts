import fc from 'fast-check';
import { attemptOf } from '../../src/app/attempt.ts';
import { report } from '../../src/app/diagnose.ts';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { visible } from '../../src/report/escape.ts';
import { bundles } from '../cause-test.ts';

/** The report that a host of the lab gives. */
export function reportOf(folder: string, file: string): Report {
  const [, bundle] = bundles(folder).find(([name]) => name === `${file}.bundle`) ?? [];
  if (!bundle) throw new Error(`no fixture ${folder}/${file}`);
  return report('alice@web1', bundle, attemptOf(bundle), 412);
}

const FOLDERS = [
  'healthy',
  'client',
  'causes/admission/fail2ban-ban',
  'causes/client/jump-forward-denied',
  'causes/daemon/config-invalid',
  'causes/daemon/config-shadowed',
  'causes/firewall/aws-security-group',
  'causes/firewall/host-drop',
  'causes/handshake/host-key-changed',
  'causes/handshake/mac-mismatch',
  'causes/handshake/slow',
  'causes/host/overloaded',
];

/** Reports of real hosts, healthy and broken in each way that some part of a report is there for. */
export const real: readonly (readonly [string, Report])[] = FOLDERS.flatMap((folder) =>
  bundles(folder)
    .slice(0, 4)
    .map(([name]): [string, Report] => [`${folder}/${name}`, reportOf(folder, name.replace('.bundle', ''))]),
);

const has = (part: (one: Report) => unknown): Report => {
  const found = real.find(([, one]) => part(one));
  if (!found) throw new Error('no fixture has this part');
  return found[1];
};

/** One report that has every part: real ones put together. */
export const everything: Report = {
  ...has(({ negotiation }) => negotiation?.rows.some(({ changes }) => changes.length > 0)),
  hops: has(({ hops }) => hops).hops,
  hostKeys: has(({ hostKeys }) => hostKeys?.some(({ where }) => where.length > 0)).hostKeys,
  timing: has(({ timing }) => timing?.tcp !== undefined && timing.banner !== undefined).timing,
  advisories: has(({ advisories }) => advisories?.holes.length && advisories.ahead.length).advisories,
  blind: has(({ blind }) => blind.some(({ hides }) => hides.length > 0)).blind,
  causes: [
    ...has(({ causes }) => causes.some(({ trace }) => trace?.some(({ matches }) => matches.length > 0))).causes,
    ...has(({ causes }) => causes.some(({ fix }) => fix && 'undo' in fix)).causes,
    ...has(({ causes }) => causes.some(({ fix }) => fix && 'refuse' in fix)).causes,
    ...has(({ causes }) => causes.some(({ role }) => role === 'latent')).causes,
  ],
  vantages: {
    seen: [
      { name: 'ssh:web2', addresses: ['10.77.2.20'], outcome: 'open', ms: 4, banner: 'SSH-2.0-x', from: '10.77.2.3' },
      { name: 'docker:box', addresses: [], outcome: 'refused', said: 'it said no' },
    ],
    proves: 'Only this machine is kept out.',
  },
};

/** What is no word of the program: everything that a host, a log or a user chose. */
const OWN: ReadonlySet<string> = new Set(
  [
    'schema role verdict outcome gate side gap risk action layer packet known serverGuess docs asOf takenAt what',
  ].flatMap((keys) => keys.split(' ')),
);
const ID = /^[a-z]+\/[a-z0-9-]+$/;
const OWN_WHERE = /^(?:client|server)$/;

/** The same report with `word(text)` for every text that is not the program's own. */
function withWords(one: Report, word: (text: string) => string): Report {
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') {
      const own =
        OWN.has(key) ||
        ((key === 'id' || key === 'hides') && ID.test(value)) ||
        (key === 'where' && OWN_WHERE.test(value));
      return own || value === '' ? value : word(value);
    }
    if (Array.isArray(value)) return value.map((each) => walk(each, key));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
    return value;
  };
  // The name of the tool is no text of a host.
  const made = { ...(walk(one, '') as Report), tool: one.tool };
  return reportSchema.parse(made);
}

/** As empty and as visible as `text`: outputs offer no copy of what they had to escape. */
export const harmless = (text: string): string =>
  visible(text).trim() === '' ? ' ' : visible(text) === text ? 'x' : '\x01';

const EVIL = [
  '</script><script>alert(1)</script>',
  '</style></title></textarea><img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  '--><svg onload=alert(1)>',
  ']]><x/>',
  '<![CDATA[',
  '<!ENTITY x SYSTEM "file:///etc/passwd">&x;&#0;&lt;',
  '\x1b]0;owned\x07\x1b[31m\x9b31m\x00',
  'gnp.\u202eexe\u2066\u200b\u2028\ufeff',
  'a | b || \\| \\\\| `|` \\',
  '``` ~~~ ````\n```\n# owned\n- x\n\n<b>x</b>',
  '[x](javascript:alert(1)) ![x](http://x/y) <http://x> http://x www.x.y',
  '`````',
  '    indented',
  '1. one',
  '> quote',
  '---',
  '===',
  '| --- | --- |',
  '_a_ *b* **c** __d__ ~~e~~ a_b_c $x$ &amp; &#35;',
  '\\',
  '`',
  '\ud800 \udfff \uffff \ufffe',
  'file:/etc/%3Cscript%3E%1b%E2%80%AE/../x y',
  'constructor',
  '__proto__',
];

/** What an attacker might call a user, or answer as a banner. */
export const attack = fc.oneof(
  fc.constantFrom(...EVIL),
  fc
    .array(fc.constantFrom(...EVIL, ' ', 'x', '\n', '1', '.'), { minLength: 1, maxLength: 4 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: fc.constantFrom(...'<>"\'`&|\\[]()!*_~#=-+.:/1 \n\tax'), minLength: 1 }),
);

/** A report with every part in which every foreign text is this one, and the same as a template writes it by itself. */
export const attacked = (text: string): { readonly hostile: Report; readonly plain: Report } => ({
  hostile: withWords(everything, () => text),
  plain: withWords(everything, () => harmless(text)),
});

/** Not one of these may be in what anybody opens, but line feeds of the program's own. */
export const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
