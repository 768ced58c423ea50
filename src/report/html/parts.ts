import { visible } from '../escape.ts';
import { html, type Markup, type Piece } from '../markup.ts';

/** What one quoted line of a host may take of the page, in characters. */
const LONGEST = 4000;
const NEWLINE = html`\n`;

export function quoted(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} characters more)` : text;
}

/** A part of the page; `id` is the program's own. Nothing when there is nothing in it. */
export function section(id: string, title: string, body: Piece): Markup {
  return html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>`;
}

/** A table that scrolls by itself on a narrow page, with the keyboard too. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly Piece[])[]): Markup {
  return html`
<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) => html`
<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody>
</table>
</div>`;
}

/**
 * Commands to type, one a line. They can be copied only where what is shown is what they are: a command with control
 * characters is shown with escapes, and that is another one.
 */
export function commands(lines: readonly string[], copy: boolean): Markup {
  const same = lines.every((line) => visible(line) === line);
  return html`
<div>
<pre><code>${lines.map((line, at) => [at > 0 && NEWLINE, line])}</code></pre>${
    copy &&
    same &&
    html`
<button type="button" data-copy hidden>Copy</button><span role="status"></span>`
  }
</div>`;
}
