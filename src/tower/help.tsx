/** What the keyboard can do, and the way out. */
import { closeSession } from './lib/session.ts';
import { Dialog } from './parts/dialog.tsx';

const SHORTCUTS = [
  ['/', 'search orders or SKUs'],
  ['↓ ↑ or j k', 'next and previous row of a list'],
  ['Enter', 'open the row'],
  ['Esc', 'close what is open, back to its row'],
  ['1 2 3 4 5', 'orders, cases, connections, stock, money'],
  ['?', 'this help'],
] as const;

export function Help({ close }: { close: () => void }) {
  return (
    <Dialog title="Help" close={close}>
      <table className="shortcuts">
        <caption>Keyboard</caption>
        <tbody>
          {SHORTCUTS.map(([keys, meaning]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">
        Times are relative; the exact one shows on hover. While you work in a list its rows stay where they
        are, and new ones wait above until you ask for them. Every order, case and filter has an address of
        its own, which you can send to a colleague. What programs can call:{' '}
        <a href="/v1/docs">API reference</a>.
      </p>
      <footer>
        <button type="button" onClick={closeSession}>
          Forget the access token
        </button>
        <button type="button" className="primary" onClick={close}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}
