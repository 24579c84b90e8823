import { useEditorState, type Editor } from '@tiptap/react';
import type { ReactNode } from 'react';
import { BulletsIcon, CodeIcon, NumbersIcon, QuoteIcon, RedoIcon, UndoIcon } from '../components/icons.tsx';

interface Tool {
  readonly label: string;
  readonly face: ReactNode;
  /** Whether it applies where the caret is; tools without it are actions. */
  readonly active?: (editor: Editor) => boolean;
  readonly run: (editor: Editor) => void;
}

const tools: readonly (readonly Tool[])[] = [
  [
    {
      label: 'Heading',
      face: 'H',
      active: (editor) => editor.isActive('heading'),
      run: (editor) => editor.chain().focus().toggleHeading({ level: 2 }).run(),
    },
    {
      label: 'Bold',
      face: <b>B</b>,
      active: (editor) => editor.isActive('bold'),
      run: (editor) => editor.chain().focus().toggleBold().run(),
    },
    {
      label: 'Italic',
      face: <i>I</i>,
      active: (editor) => editor.isActive('italic'),
      run: (editor) => editor.chain().focus().toggleItalic().run(),
    },
    {
      label: 'Strikethrough',
      face: <s>S</s>,
      active: (editor) => editor.isActive('strike'),
      run: (editor) => editor.chain().focus().toggleStrike().run(),
    },
  ],
  [
    {
      label: 'Bullets',
      face: <BulletsIcon />,
      active: (editor) => editor.isActive('bulletList'),
      run: (editor) => editor.chain().focus().toggleBulletList().run(),
    },
    {
      label: 'Numbers',
      face: <NumbersIcon />,
      active: (editor) => editor.isActive('orderedList'),
      run: (editor) => editor.chain().focus().toggleOrderedList().run(),
    },
    {
      label: 'Quote',
      face: <QuoteIcon />,
      active: (editor) => editor.isActive('blockquote'),
      run: (editor) => editor.chain().focus().toggleBlockquote().run(),
    },
    {
      label: 'Code',
      face: <CodeIcon />,
      active: (editor) => editor.isActive('codeBlock'),
      run: (editor) => editor.chain().focus().toggleCodeBlock().run(),
    },
  ],
  [
    { label: 'Undo', face: <UndoIcon />, run: (editor) => editor.chain().focus().undo().run() },
    { label: 'Redo', face: <RedoIcon />, run: (editor) => editor.chain().focus().redo().run() },
  ],
];

export function NotesToolbar({ editor }: { editor: Editor }): ReactNode {
  const active = useEditorState({
    editor,
    selector: ({ editor: current }) => Object.fromEntries(tools.flat().map((tool) => [tool.label, tool.active?.(current)])),
  });
  return (
    <div className="toolbar" role="group" aria-label="Formatting">
      {tools.map((group) => (
        <span key={group[0]?.label} className="toolbar-group">
          {group.map((tool) => (
            <button
              key={tool.label}
              type="button"
              className="tool"
              aria-label={tool.label}
              title={tool.label}
              aria-pressed={active[tool.label]}
              // The caret stays in the text.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => tool.run(editor)}
            >
              {tool.face}
            </button>
          ))}
        </span>
      ))}
    </div>
  );
}
