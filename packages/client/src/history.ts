import * as Y from 'yjs';
import type { LiveCell } from './live.ts';
import type { History } from './record.ts';

/** Edits that follow each other closer than this are one step. */
const captureMs = 500;

export interface RecordHistory extends History {
  /** Edits of that document are steps, too, until what it answers is called. */
  add(doc: Y.Doc): () => void;
}

/**
 * Undo and redo over all documents of a record: each has an undo manager of its own, and here is the order of their steps.
 * What others did stays.
 *
 * @param state what is possible now
 */
export function createHistory(state: LiveCell<{ readonly canUndo: boolean; readonly canRedo: boolean }>): RecordHistory {
  const managers = new Set<Y.UndoManager>();
  /** Whose step is next, last first. */
  const order: { undo: Y.UndoManager[]; redo: Y.UndoManager[] } = { undo: [], redo: [] };
  let isStepping = false;

  function report(): void {
    const all = [...managers];
    state.set({ canUndo: all.some((one) => one.canUndo()), canRedo: all.some((one) => one.canRedo()) });
  }

  function added(manager: Y.UndoManager, type: 'undo' | 'redo'): void {
    order[type].push(manager);
    if (isStepping) return;
    // A new edit: nothing can be redone, in no document, and a later one elsewhere is a step of its own.
    order.redo = [];
    for (const other of managers) {
      if (other === manager) continue;
      other.clear(false, true);
      other.stopCapturing();
    }
  }

  function take(type: 'undo' | 'redo'): void {
    isStepping = true;
    try {
      // A step whose content others have deleted meanwhile does nothing: the one before it is meant.
      while (order[type].length > 0 && order[type].pop()?.[type]() === null);
    } finally {
      isStepping = false;
    }
    report();
  }

  return {
    state,
    undo: () => take('undo'),
    redo: () => take('redo'),
    stop() {
      for (const manager of managers) manager.stopCapturing();
    },
    add(doc) {
      const manager = new Y.UndoManager(doc, {
        captureTimeout: captureMs,
        // Whoever made it, a form or an editor's binding: it was made here.
        trackedOrigins: new AnyOrigin(),
        captureTransaction: ({ local }) => local,
      });
      managers.add(manager);
      manager.on('stack-item-added', ({ type }) => {
        added(manager, type);
        report();
      });
      return () => {
        manager.destroy();
        managers.delete(manager);
        for (const type of ['undo', 'redo'] as const) order[type] = order[type].filter((one) => one !== manager);
        report();
      };
    },
  };
}

class AnyOrigin extends Set<unknown> {
  override has(): boolean {
    return true;
  }
}
