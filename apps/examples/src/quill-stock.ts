import Quill from 'quill';
import QuillCursors from 'quill-cursors';
import { QuillBinding } from 'y-quill';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import 'quill/dist/quill.bubble.css';
import { documentName, element, onLeave, say, signIn, socketOrigin } from './page.ts';

const doc = new Y.Doc();
const provider = new WebsocketProvider(`${socketOrigin}/yjs`, documentName, doc, { params: { token: await signIn() } });
provider.on('status', ({ status }) => say(status));

Quill.register('modules/cursors', QuillCursors);
const quill = new Quill(element('#editor'), {
  theme: 'bubble',
  // A `text` field holds letters and nothing else.
  formats: [],
  modules: { toolbar: false, cursors: true, history: { userOnly: true } },
});
const binding = new QuillBinding(doc.getText('source'), quill, provider.awareness);

onLeave(() => {
  binding.destroy();
  provider.destroy();
});
