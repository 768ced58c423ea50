import { diagnose } from '../../src/app/diagnose.ts';
import { harden } from '../../src/app/harden.ts';
import { builtIn } from '../../src/app/harden-profile.ts';
import { causes } from '../../src/causes/index.gen.ts';
import { parseBundle, writeBundle } from '../../src/facts/bundle.ts';
import { hostKeyring } from '../../src/facts/keyring/index.ts';
import { Unparsable } from '../../src/facts/source.ts';
import { hardenReportSchema } from '../../src/model/harden-report.ts';
import { reportSchema } from '../../src/model/report.ts';
import { preflight } from '../../src/reason/preflight/index.ts';
import { terminal } from '../../src/report/terminal.ts';
import { attempt, isOurs } from '../look.ts';
import { bundles } from '../seeds.ts';
import { Broken, type Target } from '../target.ts';

const seeds = (): Buffer[] =>
  bundles()
    .filter((_, i) => i % 8 === 0)
    .map((bundle) => Buffer.from(writeBundle(bundle)));

const RAW = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** All that a saved Bundle is read for, from its text to what is printed. */
function wholeReport(input: Buffer): unknown {
  const bundle = parseBundle(input.toString('utf8'));
  const { report } = diagnose('alice@web1', bundle, attempt, 1);
  for (const { gap, detail = '', section } of report.blind)
    if (gap === 'unparsable' && isOurs(detail)) throw new Broken(`${section}: ${detail}`);
  const read = reportSchema.safeParse(report);
  if (!read.success)
    throw new Broken(`the report: ${read.error.issues[0]?.path.join('.')}: ${read.error.issues[0]?.message}`);
  const raw = RAW.exec(terminal(report, { color: false, width: 100 }));
  if (raw) throw new Broken(`U+${raw[0].codePointAt(0)?.toString(16)} reaches the terminal`);
  return report;
}

function posture(input: Buffer): unknown {
  const bundle = parseBundle(input.toString('utf8'));
  const report = harden(bundle, {
    input: 'web1',
    profile: builtIn('cis'),
    failOn: 'low',
    today: '2026-11-25',
    plan: true,
  });
  const read = hardenReportSchema.safeParse(report);
  if (!read.success)
    throw new Broken(`the report: ${read.error.issues[0]?.path.join('.')}: ${read.error.issues[0]?.message}`);
  return report;
}

const target = (name: string, run: Target['run']): Target => ({
  name,
  seeds,
  may: [Unparsable],
  run,
  longest: 400_000,
});

export const BUNDLES: readonly Target[] = [
  target('bundle', (input) => {
    const bundle = parseBundle(input.toString('utf8'));
    const again = parseBundle(writeBundle(bundle));
    const names = Object.keys(bundle.sections);
    if (JSON.stringify(again.sections) !== JSON.stringify(bundle.sections)) {
      const differs = names.find((one) => JSON.stringify(again.sections[one]) !== JSON.stringify(bundle.sections[one]));
      throw new Broken(`written and read again, section ${differs} is another one`);
    }
    return names;
  }),
  target('bundle-diagnose', wholeReport),
  target('bundle-harden', posture),
  target('bundle-keys', (input) => hostKeyring(parseBundle(input.toString('utf8')), 'file')),
  target('bundle-preflight', (input) => preflight(causes, parseBundle(input.toString('utf8')), attempt)),
];
