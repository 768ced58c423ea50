import type { ComponentChildren } from 'preact';

/** A table that scrolls by itself on a narrow page, with the keyboard too. */
export function Table(o: {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard (WCAG 2.1.1).
    <section class="scroll" aria-label={o.caption} tabIndex={0}>
      <table>
        <caption>{o.caption}</caption>
        <thead>
          <tr>
            {o.heads.map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {o.rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, at) => (
                <td key={o.heads[at]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
