import type { ComponentChildren } from 'preact';
import type { Given as Value } from '../../api-see.ts';
import { Load, type Loaded } from './load.tsx';

/** What was found, or that there is nothing yet and which commands make it. */
export function Given<T>(o: {
  readonly of: Loaded<Value<T>>;
  /** Lines of a shell. */
  readonly commands: readonly string[];
  readonly children: (value: T) => ComponentChildren;
}) {
  return (
    <Load of={o.of}>
      {(given) =>
        given.none === undefined ? (
          o.children(given.value)
        ) : (
          <section class="none" aria-label="Nothing yet">
            <p>{given.none} This makes and shows it:</p>
            <pre>{o.commands.join('\n')}</pre>
          </section>
        )
      }
    </Load>
  );
}
