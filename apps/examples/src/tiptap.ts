import { createClient } from '@concord/client';
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { StarterKit } from '@tiptap/starter-kit';
import { element, onLeave, recordId, showStatus, signIn } from './page.ts';

const client = createClient({ url: location.origin, token: signIn });
const record = client.record('notes', recordId);
showStatus(record);
await record.ready;

const editor = new Editor({
  element: element('#editor'),
  editorProps: { attributes: { 'aria-label': 'Body' } },
  extensions: [
    StarterKit.configure({ undoRedo: false, trailingNode: false }),
    Collaboration.configure({ fragment: record.richText('body') }),
    CollaborationCaret.configure({ provider: { awareness: record.awareness('body') } }),
  ],
});

onLeave(() => {
  editor.destroy();
  record.close();
  void client.close();
});
