import type { Report } from '../model/report.ts';
import { jsonText } from '../report/json-text.ts';
import type { Format } from './formats.ts';

export const json = (made: object): string => `${jsonText(made, 2)}\n`;

/** A report in each form; each is loaded only when it is asked for. */
export const WRITERS: Readonly<Record<Format, (made: Report) => Promise<string>>> = {
  html: async (made) => (await import('../report/html/page.ts')).htmlPage(made),
  markdown: async (made) => (await import('../report/markdown.ts')).markdown(made),
  junit: async (made) => (await import('../report/junit.ts')).junit(made),
  sarif: async (made) => json((await import('../report/sarif.ts')).diagnosisSarif(made)),
  nagios: async (made) => (await import('../report/check/plugin.ts')).diagnosisPlugin(made).text,
  prometheus: async (made) => (await import('../report/check/textfile.ts')).diagnosisMetrics(made),
  github: async (made) => (await import('../report/check/github.ts')).diagnosisAnnotations(made),
};
