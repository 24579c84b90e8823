import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { EditorContent, useEditor } from '@tiptap/react';
import { StarterKit } from '@tiptap/starter-kit';
import { useEffect, useId, type ReactNode } from 'react';
import type { User } from '../session/session.ts';
import { renderCaret } from './caret.ts';
import { FieldFrame } from './field-frame.tsx';
import type { FieldProps } from './field-props.ts';
import { NotesToolbar } from './notes-toolbar.tsx';

interface NotesEditorProps extends FieldProps {
  readonly user: User;
}

/**
 * The rich notes, on the fragment of the field's name. Shown only once the server's state is there: an editor
 * on a document that is still empty would take the first keystroke for its beginning.
 */
export function NotesEditor({ record, visitors, readOnly, user }: NotesEditorProps): ReactNode {
  const id = useId();
  const editor = useEditor(
    {
      extensions: [
        // Undo is the collaboration's, of one's own edits only. A trailing paragraph of the editor's own would
        // be an edit by everyone who merely looks.
        StarterKit.configure({ undoRedo: false, trailingNode: false }),
        Collaboration.configure({ document: record.provider.document, field: 'notes' }),
        CollaborationCaret.configure({
          provider: record.provider,
          user: { id: user.id, name: user.name, color: user.color },
          render: renderCaret,
        }),
      ],
      editable: !readOnly,
      injectCSS: false,
      editorProps: { attributes: { id, class: 'notes-text', role: 'textbox', 'aria-label': 'Notes', 'aria-multiline': 'true' } },
      onFocus: () => record.focus('notes'),
      onBlur: () => record.focus(null),
    },
    [record],
  );
  useEffect(() => {
    if (editor.isEditable === readOnly) editor.setEditable(!readOnly, false);
  }, [editor, readOnly]);

  return (
    <FieldFrame name="notes" label="Notes" inputId={id} visitors={visitors} carets>
      <div className="notes">
        {!readOnly && <NotesToolbar editor={editor} />}
        <EditorContent editor={editor} />
      </div>
    </FieldFrame>
  );
}
