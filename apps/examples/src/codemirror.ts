import { keymap } from '@codemirror/view';
import { createClient } from '@concord/client';
import { basicSetup, EditorView } from 'codemirror';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import { element, onLeave, recordId, showStatus, signIn } from './page.ts';

const client = createClient({ url: location.origin, token: signIn });
const record = client.record('notes', recordId);
showStatus(record);
await record.ready;

const text = record.text('source');
const editor = new EditorView({
  doc: text.toString(),
  parent: element('#editor'),
  // The keys of the binding's undo go before the editor's own, which would take back what others typed.
  extensions: [
    keymap.of(yUndoManagerKeymap),
    basicSetup,
    yCollab(text, record.awareness('source')),
    EditorView.contentAttributes.of({ 'aria-label': 'Source' }),
  ],
});

onLeave(() => {
  editor.destroy();
  record.close();
  void client.close();
});
