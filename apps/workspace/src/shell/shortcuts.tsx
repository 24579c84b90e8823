import type { ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { isMac } from './use-shortcuts.ts';

const control = isMac ? '⌘' : 'Ctrl';
const alt = isMac ? '⌥' : 'Alt';

const groups: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [`${control} K`, 'Find anything, or do anything'],
      [`${alt} ↓`, 'The next room with something new'],
      [`${alt} ↑`, 'The one before'],
      ['?', 'These keys'],
    ],
  },
  {
    title: 'In a list',
    keys: [
      ['↑ ↓', 'Move'],
      ['Enter', 'Open'],
      ['Space', 'Select'],
      ['Esc', 'Let go'],
    ],
  },
  {
    title: 'Where one writes',
    keys: [
      ['Enter', 'Send'],
      ['Shift Enter', 'A new line'],
      ['↑', 'Edit what one sent last'],
      ['@ #', 'Name a person, or a record'],
      ['Esc', 'Cancel'],
    ],
  },
];

/** The keys that do something. */
export function Shortcuts({ onClose }: { onClose(): void }): ReactNode {
  return (
    <Dialog title="Keys" testId="shortcuts" onClose={onClose}>
      <div className="shortcuts">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={what}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
