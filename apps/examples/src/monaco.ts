import { createClient } from '@concord/client';
import { KeyCode, KeyMod } from 'monaco-editor/editor/editor.api';
import { MonacoBinding } from 'y-monaco';
import { createMonaco } from './create-monaco.ts';
import { nameMonacoCursors } from './name-monaco-cursors.ts';
import { element, onLeave, recordId, showStatus, signIn } from './page.ts';

const client = createClient({ url: location.origin, token: signIn });
const record = client.record('notes', recordId);
showStatus(record);
await record.ready;

const { editor, model } = createMonaco(element('#editor'));
const awareness = record.awareness('source');
const binding = new MonacoBinding(record.text('source'), model, new Set([editor]), awareness);
nameMonacoCursors(awareness);
// Monaco's own undo knows nothing of what others typed in between.
editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyZ, () => record.history.undo());
editor.addCommand(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, () => record.history.redo());

onLeave(() => {
  binding.destroy();
  editor.dispose();
  record.close();
  void client.close();
});
