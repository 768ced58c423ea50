import { render } from 'preact';
import 'virtual:report.css';
import './style.css';
import { enter } from './session.ts';
import { Shell } from './shell.tsx';

const root = document.getElementById('app');
if (root) {
  await enter();
  render(<Shell />, root);
}
