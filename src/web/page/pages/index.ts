import type { ComponentType } from 'preact';
import { diagnose } from './diagnose.tsx';

/** What a page is drawn with: what follows its path, and the query. */
export interface ViewProps {
  /** Of `/causes/firewall/host-drop` at the page `/causes`: `firewall/host-drop`; else empty. */
  readonly rest: string;
  readonly query: URLSearchParams;
}

export interface Page {
  /** Begins with `/`; the page has everything below it. */
  readonly path: string;
  /** In the navigation and the title of the window. */
  readonly name: string;
  readonly View: ComponentType<ViewProps>;
}

/** Every page, in the order of the navigation; a new one is a file here and a line in this list. The first is the start. */
export const pages: readonly Page[] = [diagnose];
