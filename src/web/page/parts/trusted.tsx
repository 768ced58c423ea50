import { useEffect, useRef } from 'preact/hooks';
import { go } from '../router.tsx';

interface Policies {
  createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): unknown };
}

/** The one policy that the server's headers allow (Trusted Types): every other way from a string to markup is closed. */
const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy('sshwhy', {
  createHTML: (text) => text,
});

/**
 * Markup that the templates of src/report/html or the build of the causes made, and nothing else ever: all that is foreign in it
 * was escaped there. Its buttons copy the commands beside them, its links to places of the page stay in the page.
 */
export function Trusted(o: { readonly html: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const here = box.current;
    if (!here) return;
    here.innerHTML = (policy ? policy.createHTML(o.html) : o.html) as string;
    for (const button of here.querySelectorAll<HTMLButtonElement>('button[data-copy]')) button.hidden = false;
    for (const wide of here.querySelectorAll<HTMLElement>('pre'))
      wide.tabIndex = wide.scrollWidth > wide.clientWidth ? 0 : -1;
    const clicked = (event: MouseEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      const button = target?.closest<HTMLButtonElement>('button[data-copy]');
      if (button) return void copy(button);
      const to = target?.closest('a')?.getAttribute('href');
      if (!to?.startsWith('/') || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(to);
    };
    here.addEventListener('click', clicked);
    return () => here.removeEventListener('click', clicked);
  }, [o.html]);
  return <div ref={box} />;
}

/** Where the clipboard is refused, the commands are selected instead. */
async function copy(button: HTMLButtonElement): Promise<void> {
  const beside = button.closest('div');
  const code = beside?.querySelector('code');
  const said = beside?.querySelector('[role=status]');
  if (!code || !said) return;
  try {
    await navigator.clipboard.writeText(code.textContent ?? '');
    said.textContent = ' Copied.';
  } catch {
    getSelection()?.selectAllChildren(code);
    said.textContent = ' Selected: copy it with Ctrl+C.';
  }
}
