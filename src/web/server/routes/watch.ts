import { askIncident, askIncidents } from '../../../app/see/incidents.ts';
import { askEvents, askTimeline } from '../../../app/see/timeline.ts';
import { openStore } from '../../../collect/store/open.ts';
import { eventTypes } from '../../../knowledge/events/index.ts';
import { LookError, UsageError } from '../../../model/errors.ts';
import type { EventStore, WatchEvent } from '../../../model/watch.ts';
import { TIMELINE_KINDS, type TimelineKind } from '../../../reason/watch/timeline.ts';
import { visible } from '../../../report/escape.ts';
import type {
  EventPage,
  Given,
  IncidentGiven,
  IncidentsGiven,
  TimelineGiven,
  TypeWords,
  WatchNews,
} from '../../api-see.ts';
import type { Context, RouteGroup } from '../context.ts';
import { numberIn, textIn } from '../question.ts';

const NO_STORE = 'No store of a watch was given, and the usual one is not there.';
const WORDS: ReadonlyMap<string, TypeWords> = new Map(
  eventTypes.map(({ id, meaning, advice, causes }) => [id, { meaning, advice, causes }]),
);

/** What the watch has stored: timeline, events, incidents. */
export const watch: RouteGroup = {
  at: '/api/watch',
  add(web, context) {
    const store = opener(context);
    const given = async <T>(ask: (store: EventStore) => Promise<T>): Promise<Given<T>> => {
      if (context.store === undefined) return { none: NO_STORE };
      let opened: EventStore;
      try {
        opened = await store();
      } catch (error) {
        if (error instanceof LookError) return { none: visible(error.message) };
        throw error;
      }
      return { value: await ask(opened) };
    };
    web.get('/timeline', async (c) => {
      const query = c.req.query();
      const [since, until] = [numberIn(query, 'since'), numberIn(query, 'until')];
      const question = {
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        most: numberIn(query, 'most') ?? 1000,
      };
      return c.json((await given((opened) => askTimeline(opened, question))) satisfies TimelineGiven);
    });
    web.get('/events', async (c) => {
      const events = await askEvents(await store(), eventQuestion(c.req.query()));
      return c.json({ events, types: wordsOf(events) } satisfies EventPage);
    });
    web.get('/news', async (c) => {
      const opened = await store();
      const [{ events }, span] = [await opened.size(), await opened.span()];
      return c.json({ events, last: span?.last ?? 0 } satisfies WatchNews);
    });
    web.get('/incidents', async (c) => {
      const since = numberIn(c.req.query(), 'since') ?? 0;
      return c.json((await given((opened) => askIncidents(opened, { since }))) satisfies IncidentsGiven);
    });
    web.get('/incident', async (c) => {
      const answer = await askIncident(await store(), textIn(c.req.query(), 'id'));
      return c.json({ ...answer, types: wordsOf(answer.around.map(({ event }) => event)) } satisfies IncidentGiven);
    });
  },
};

/** Opens the store when it is first asked for, and again when it was not there then. */
function opener({ store, signal }: Context): () => Promise<EventStore> {
  let opened: Promise<EventStore> | undefined;
  return async () => {
    if (store === undefined) throw new LookError(NO_STORE);
    if (opened === undefined) {
      const opening = openStore(store, 'read');
      opened = opening;
      opening.then(
        (one) => signal.addEventListener('abort', () => void one.close(), { once: true }),
        () => {
          opened = undefined;
        },
      );
    }
    return opened;
  };
}

function eventQuestion(query: Readonly<Record<string, string>>): Parameters<typeof askEvents>[1] {
  const [, at, id] = /^(-?\d{1,15}),(.{0,600})$/su.exec(query['after'] ?? '') ?? [];
  const kinds = query['kinds']?.split(',').map((kind) => {
    if (!Object.hasOwn(TIMELINE_KINDS, kind)) throw new UsageError(`kinds: there is no kind ${kind.slice(0, 40)}`);
    return kind as TimelineKind;
  });
  const skip = numberIn(query, 'skip');
  const named = Object.fromEntries(
    (['user', 'from', 'host'] as const).flatMap((name) => {
      const text = query[name];
      return text === undefined || text === '' ? [] : [[name, text.slice(0, 1000)]];
    }),
  );
  return {
    since: numberIn(query, 'since') ?? 0,
    until: numberIn(query, 'until') ?? Number.MAX_SAFE_INTEGER,
    limit: numberIn(query, 'limit') ?? 200,
    ...named,
    ...(kinds && { kinds }),
    ...(skip === undefined ? {} : { skip }),
    ...(at === undefined || id === undefined ? {} : { after: { at: Number(at), id } }),
  };
}

function wordsOf(events: readonly WatchEvent[]): Readonly<Record<string, TypeWords>> {
  const types = new Set(events.map(({ type }) => type));
  return Object.fromEntries(
    [...types].flatMap((type) => (WORDS.has(type) ? [[type, WORDS.get(type) as TypeWords]] : [])),
  );
}
