import type { LiveRecord } from '@concord/client';
import { Extension } from '@tiptap/core';
import { yCursorPlugin, ySyncPlugin } from '@tiptap/y-tiptap';
import type { AnyAwareness } from '../record/any-record.ts';
import type * as Y from 'yjs';
import { renderCaret, selectionOf } from './caret.ts';

export interface RecordTextOptions {
  readonly fragment: Y.XmlFragment;
  readonly awareness: AnyAwareness;
  /** Undo is the record's: of what was edited in this tab, in all of its fields. */
  readonly history: LiveRecord['history'];
}

/** Binds the editor to a field of a record, with the carets of those who are in it. */
export function recordText({ fragment, awareness, history }: RecordTextOptions): Extension {
  const step = (name: 'undo' | 'redo') => () => {
    history[name]();
    return true;
  };
  return Extension.create({
    name: 'recordText',
    priority: 1000,
    addProseMirrorPlugins: () => [
      ySyncPlugin(fragment),
      yCursorPlugin(awareness, { cursorBuilder: renderCaret, selectionBuilder: selectionOf }),
    ],
    addKeyboardShortcuts: () => ({ 'Mod-z': step('undo'), 'Mod-y': step('redo'), 'Shift-Mod-z': step('redo') }),
  });
}
