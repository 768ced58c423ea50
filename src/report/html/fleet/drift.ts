import type { FleetDiffering, FleetDrift } from '../../../model/fleet.ts';
import { alikeName, endpoint, n } from '../../fleet/words.ts';
import { html, type Markup, type Piece } from '../../markup.ts';
import { quoted, table } from '../parts.ts';
import { names } from './names.ts';

const DIFFERS_MAX = 100;
const HOSTS_SHOWN = 5;

function differing(one: FleetDiffering, of: string): Markup {
  const rows = one.values.map(({ value, count, hosts }): Piece[] => [
    html`<code>${value === '' ? '(nothing)' : quoted(value)}</code>`,
    n(count),
    count <= HOSTS_SHOWN
      ? html`<ul>${hosts.map((host) => html`<li>${endpoint(host)}${host.at !== undefined && html` <span class="soft"><code>${host.at}</code></span>`}</li>`)}</ul>`
      : names(`such as ${hosts[0] ? endpoint(hosts[0]) : ''}`, hosts.map(endpoint), count, 100),
  ]);
  return html`
<details><summary>${one.says}</summary>
${table(`${of}: ${one.about}`, ['value', 'hosts', 'which'], rows)}${
  one.further > 0 &&
  html`
<p class="soft">${n(one.further)} more have yet other values.</p>`
}
</details>`;
}

/** What differs between hosts that should be alike, a heading for each group. */
export function drift(all: readonly FleetDrift[]): Piece {
  return all.map((one) => {
    const name = alikeName(one);
    const shown = one.differs.slice(0, DIFFERS_MAX);
    return html`
<h3>${name}</h3>
<p>${one.says}</p>${shown.map((each) => differing(each, name))}${
      one.differs.length > shown.length &&
      html`
<p class="soft">${n(one.differs.length - shown.length)} more that differ are left out here.</p>`
    }`;
  });
}
