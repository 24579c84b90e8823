import { HocuspocusProvider } from '@hocuspocus/provider';
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { StarterKit } from '@tiptap/starter-kit';
import { documentName, element, onLeave, say, signIn, socketOrigin } from './page.ts';

const provider = new HocuspocusProvider({ url: `${socketOrigin}/sync`, name: documentName, token: signIn });
provider.on('status', ({ status }: { readonly status: string }) => say(status));

const editor = new Editor({
  element: element('#editor'),
  editorProps: { attributes: { 'aria-label': 'Body' } },
  extensions: [
    StarterKit.configure({ undoRedo: false, trailingNode: false }),
    Collaboration.configure({ document: provider.document, field: 'body' }),
    CollaborationCaret.configure({ provider }),
  ],
});

onLeave(() => {
  editor.destroy();
  provider.destroy();
});
