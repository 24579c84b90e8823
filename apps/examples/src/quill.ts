import { createClient } from '@concord/client';
import Quill from 'quill';
import QuillCursors from 'quill-cursors';
import { QuillBinding } from 'y-quill';
import 'quill/dist/quill.bubble.css';
import { element, onLeave, recordId, showStatus, signIn } from './page.ts';

const client = createClient({ url: location.origin, token: signIn });
const record = client.record('notes', recordId);
showStatus(record);
await record.ready;

Quill.register('modules/cursors', QuillCursors);
const quill = new Quill(element('#editor'), {
  theme: 'bubble',
  // A `text` field holds letters and nothing else.
  formats: [],
  modules: { toolbar: false, cursors: true, history: { userOnly: true } },
});
const binding = new QuillBinding(record.text('source'), quill, record.awareness('source'));

onLeave(() => {
  binding.destroy();
  record.close();
  void client.close();
});
