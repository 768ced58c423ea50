import { pathOfSection } from '../facts/bundle.ts';
import { visible } from './escape.ts';

interface Seen {
  readonly section: string;
  readonly line?: number | undefined;
  readonly text: string;
}

/** One thing that was seen, as a SARIF location: a place in a file of the host where it is one, else a section by its name. */
export function sarifLocation({ section, line, text }: Seen): object {
  const path = pathOfSection(section);
  if (!path?.startsWith('/'))
    return { logicalLocations: [{ name: visible(section), kind: 'resource' }], message: { text: visible(text) } };
  // Lone surrogates have no place in a URI.
  const names = path
    .slice(1)
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/');
  return {
    physicalLocation: {
      artifactLocation: { uri: names.map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' },
      ...(line !== undefined && { region: { startLine: line, snippet: { text: visible(text) } } }),
    },
  };
}

/** The first place as what the result is about, some more beside it, each once. */
export function sarifPlaces(evidence: readonly Seen[]): object {
  const [first, ...more] = evidence.slice(0, 10).map(sarifLocation);
  const once = new Map(more.map((place) => [JSON.stringify(place), place]));
  return { locations: first ? [first] : [], relatedLocations: [...once.values()] };
}

/**
 * A SARIF 2.1.0 log (OASIS) with one run of sshwhy. Every foreign text in `rules` and `results` has been made visible by whoever
 * made them. `takenAt`: RFC 3339.
 */
export function sarifLog(run: {
  readonly version: string;
  readonly takenAt: string;
  readonly rules: readonly object[];
  readonly results: readonly object[];
  readonly properties?: object;
  /** What the reader of the log has to know of it. */
  readonly note?: string;
}): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'sshwhy', version: run.version, rules: run.rules } },
        originalUriBaseIds: { ROOT: { uri: 'file:///' } },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: new Date(run.takenAt).toISOString(),
            ...(run.note !== undefined && {
              toolExecutionNotifications: [{ level: 'note', message: { text: run.note } }],
            }),
          },
        ],
        ...(run.properties && { properties: run.properties }),
        results: run.results,
      },
    ],
  };
}
