import type { AnyRecord } from './any-record.ts';

/** What was edited here, by document, as a file that holds Yjs updates in Base64. */
export function changesFile(changes: ReadonlyMap<string, Uint8Array>): Blob {
  const documents = Object.fromEntries(Array.from(changes, ([name, update]) => [name, base64Of(update)]));
  return new Blob([JSON.stringify({ type: 'concord-changes', documents }, null, 2)], { type: 'application/json' });
}

/** Has the browser save a file. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download has its own hold on the file by the next task.
  setTimeout(() => URL.revokeObjectURL(link.href));
}

export function fileNameFor({ collection, id }: AnyRecord): string {
  return `${collection}-${id}.json`;
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
