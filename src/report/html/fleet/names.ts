import { n } from '../../fleet/words.ts';
import { html, type Markup } from '../../markup.ts';

/** Names that unfold; `count`: how many there are in all. */
export function names(title: string, all: readonly string[], count: number, most = 1000): Markup {
  const shown = all.slice(0, most);
  const more = count - shown.length;
  return html`
<details><summary>${title}: ${n(count)}</summary><p class="names">${shown.map((name, at) => [at > 0 && ', ', html`<code>${name}</code>`])}${more > 0 && ` and ${n(more)} more`}</p></details>`;
}
