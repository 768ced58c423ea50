import type { Page } from './index.ts';

export const diagnose: Page = {
  path: '/diagnose',
  name: 'Diagnose',
  View: () => <h1>Why can I not get in?</h1>,
};
