/** The search in a browser: a classic script, because those and no modules are loaded from file://. */
import { type Found, type Searched, searcher } from './find.ts';

declare global {
  interface Window {
    /** Set by search-pages.js. */
    sshwhyPages?: readonly Searched[];
  }
}

const form = document.querySelector<HTMLFormElement>('#search');
const input = form?.querySelector('input') ?? undefined;
const list = document.querySelector<HTMLElement>('#found');
const count = document.querySelector<HTMLElement>('#count');
const root = document.documentElement.dataset['root'] ?? '';

let find: Promise<(words: string) => Found[]> | undefined;

/** The pages are loaded when somebody wants to search, and not before. */
function ready(): Promise<(words: string) => Found[]> {
  find ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}search-pages.js`;
    script.onload = () => resolve(searcher(window.sshwhyPages ?? []));
    script.onerror = () => reject(new Error('search-pages.js is missing'));
    document.head.append(script);
  });
  return find;
}

async function show(): Promise<void> {
  if (!input || !list || !count) return;
  const words = input.value.trim();
  const found = words.length < 2 ? [] : (await ready())(words);
  if (input.value.trim() !== words) return;
  list.hidden = words.length < 2;
  count.textContent = words.length < 2 ? '' : found.length === 1 ? '1 page' : `${found.length} pages`;
  list.replaceChildren(
    ...found.map(({ id, title, around }) => {
      const [item, link, text] = [
        document.createElement('li'),
        document.createElement('a'),
        document.createElement('p'),
      ];
      link.href = root + id;
      link.textContent = title;
      text.textContent = around;
      item.append(link, text);
      return item;
    }),
  );
}

if (form && input) {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    list?.querySelector('a')?.click();
  });
  input.addEventListener('focus', () => void ready());
  input.addEventListener('input', () => void show());
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    input.value = '';
    void show();
  });
  document.addEventListener('keydown', (event) => {
    const typing = document.activeElement instanceof HTMLInputElement;
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
  });
}
