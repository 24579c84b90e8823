import { HocuspocusProvider } from '@hocuspocus/provider';
import { KeyCode, KeyMod } from 'monaco-editor/editor/editor.api';
import { MonacoBinding } from 'y-monaco';
import { UndoManager } from 'yjs';
import { createMonaco } from './create-monaco.ts';
import { nameMonacoCursors } from './name-monaco-cursors.ts';
import { documentName, element, onLeave, say, signIn, socketOrigin } from './page.ts';

const provider = new HocuspocusProvider({ url: `${socketOrigin}/sync`, name: documentName, token: signIn });
provider.on('status', ({ status }: { readonly status: string }) => say(status));

const { editor, model } = createMonaco(element('#editor'));
const text = provider.document.getText('source');
const binding = new MonacoBinding(text, model, new Set([editor]), provider.awareness);
if (provider.awareness !== null) nameMonacoCursors(provider.awareness);
// Monaco's own undo knows nothing of what others typed in between.
const history = new UndoManager(text, { trackedOrigins: new Set([binding]) });
editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyZ, () => void history.undo());
editor.addCommand(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, () => void history.redo());

onLeave(() => {
  binding.destroy();
  editor.dispose();
  provider.destroy();
});
