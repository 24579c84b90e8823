import { keymap } from '@codemirror/view';
import { basicSetup, EditorView } from 'codemirror';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { documentName, element, onLeave, say, signIn, socketOrigin } from './page.ts';

const doc = new Y.Doc();
const provider = new WebsocketProvider(`${socketOrigin}/yjs`, documentName, doc, { params: { token: await signIn() } });
provider.on('status', ({ status }) => say(status));

const editor = new EditorView({
  parent: element('#editor'),
  extensions: [
    keymap.of(yUndoManagerKeymap),
    basicSetup,
    yCollab(doc.getText('source'), provider.awareness),
    EditorView.contentAttributes.of({ 'aria-label': 'Source' }),
  ],
});

onLeave(() => {
  editor.destroy();
  provider.destroy();
});
