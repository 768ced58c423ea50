/**
 * The only script of the page: the buttons that copy commands are shown where a script runs, and everything is unfolded for the
 * printer. Where the clipboard is refused, the commands are selected instead.
 */
export const SCRIPT = `
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const box = button.closest('div');
    const code = box.querySelector('code');
    const said = box.querySelector('[role=status]');
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = ' Copied.';
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = ' Selected: copy it with Ctrl+C.';
    }
  });
}
const folded = () => document.querySelectorAll('details:not([open])');
let shut = [];
addEventListener('beforeprint', () => { shut = [...folded()]; for (const one of shut) one.open = true; });
addEventListener('afterprint', () => { for (const one of shut) one.open = false; });
`;
