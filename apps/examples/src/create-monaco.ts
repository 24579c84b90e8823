import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/markdown/register';
import { editor } from 'monaco-editor/editor/editor.api';
// oxlint-disable-next-line import/default -- vite makes a class of it.
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';

// A file of the page's own origin, as a policy for scripts asks for.
self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export interface MonacoEditor {
  readonly editor: editor.IStandaloneCodeEditor;
  readonly model: editor.ITextModel;
}

/** Monaco as it comes, for Markdown. */
export function createMonaco(place: HTMLElement): MonacoEditor {
  const model = editor.createModel('', 'markdown');
  // The binding counts a line's end as one character, which on Windows would be two.
  model.setEOL(editor.EndOfLineSequence.LF);
  // Above the first line there is room for the name at a cursor.
  const options = { model, automaticLayout: true, padding: { top: 20 }, minimap: { enabled: false }, ariaLabel: 'Source' };
  return { editor: editor.create(place, options), model };
}
