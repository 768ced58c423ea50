import type { FleetSummary } from '../../../model/fleet.ts';
import { fixNote, hosts, sharedNote, titleOf, whyOf } from '../../fleet/words.ts';
import { html, type Markup, type Piece } from '../../markup.ts';
import { placeOf } from '../../words.ts';
import { fix } from '../causes.ts';
import { quoted } from '../parts.ts';
import { names } from './names.ts';

type Group = FleetSummary['groups'][number];

function shared(group: Group): Piece {
  if (group.shared === undefined) return undefined;
  return html`
<p>${sharedNote(group)} <span class="soft">(<code>${placeOf({ section: group.shared.at })}</code>)</span>:</p>
<pre><code>${quoted(group.shared.text)}</code></pre>`;
}

/** Hosts with the same cause: how many, what it is, the line that they share, what mends it, and who they are. */
export function group(one: Group): Markup {
  const { id, verdict, severity, says, count, fixes } = one;
  const note = fixNote(one);
  return html`
<article class="${verdict === undefined || verdict === 'possible' ? 'degrading' : 'blocking'}">
<h3>${hosts(count)}: ${titleOf(id)}</h3>
<p class="facts">${verdict !== undefined && html`<span class="tag">${verdict}</span> `}${severity !== undefined && html`<span class="tag">${severity}</span> `}<span class="soft"><code>${id}</code></span></p>
<p>${count > 1 && 'E.g. '}${says}</p>${shared(one)}
<p class="soft">${whyOf(id)}</p>${fix(one)}${
    one.fix !== undefined &&
    note !== undefined &&
    html`
<p class="soft">${note}${fixes !== 1 && ' The others are at each host below.'}</p>`
  }${names('Who', one.hosts, count)}
</article>`;
}
