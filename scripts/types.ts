import { compile } from 'json-schema-to-typescript';
import { z } from 'zod';
import { fleetLineSchema } from '../src/model/fleet.ts';
import { hardenReportSchema } from '../src/model/harden-report.ts';
import { reportSchema } from '../src/model/report.ts';

const ROOTS = {
  Report: reportSchema,
  HardenReport: hardenReportSchema,
  FleetLine: fleetLineSchema,
} as const;

/** The types of the library, from the schemas that the JSON is checked against, so that an installed package needs no zod. */
export async function libraryTypes(): Promise<string> {
  const parts: string[] = [];
  for (const [name, schema] of Object.entries(ROOTS)) {
    const { title: _, ...made } = z.toJSONSchema(schema) as Record<string, unknown>;
    parts.push(
      await compile({ ...made, title: name }, name, {
        bannerComment: '',
        ignoreMinAndMaxItems: true,
        style: { singleQuote: true, printWidth: 120 },
      }),
    );
  }
  return [
    '// Made by `npm run gen` from src/model: the JSON of schema/ as types.\n',
    ...parts,
    "/** What became of one host. */\nexport type FleetHost = Extract<FleetLine, { kind: 'host' }>;\n",
    "/** What all of them come to. */\nexport type FleetSummary = Extract<FleetLine, { kind: 'summary' }>;\n",
  ].join('\n');
}
