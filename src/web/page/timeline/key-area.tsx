import type { ComponentChildren } from 'preact';

/** What takes the keys of the timeline while it has the focus. `press` says whether a key meant something. */
export function KeyArea(o: {
  readonly label: string;
  readonly press: (key: string) => boolean;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form.
    <div
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys move it; each has a button beside it too.
      tabIndex={0}
      aria-label={o.label}
      aria-describedby="timeline-keys"
      onKeyDown={(event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && o.press(event.key)) event.preventDefault();
      }}
    >
      {o.children}
    </div>
  );
}
