import { createClient } from '@concord/client';
import { element, onLeave, recordId, showStatus, signIn } from './page.ts';

const client = createClient({ url: location.origin, token: signIn });
const record = client.record('notes', recordId);
showStatus(record);
await record.ready;

const text = record.text('source');
const area = element('#editor') as HTMLTextAreaElement;
area.value = text.toString();
area.addEventListener('input', () => record.fields.set('source', area.value));
text.observe(({ delta }) => {
  if (area.value === text.toString()) return;
  let index = 0;
  for (const { retain = 0, insert, delete: deleted = 0 } of delta) {
    const inserted = typeof insert === 'string' ? insert : '';
    index += retain;
    // The caret stays where it is in the text.
    area.setRangeText(inserted, index, index + deleted, 'preserve');
    index += inserted.length;
  }
});

// The browser's own undo knows nothing of what others typed in between.
area.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
  event.preventDefault();
  if (event.shiftKey) record.history.redo();
  else record.history.undo();
});
area.addEventListener('focus', () => record.presence.focus('source'));
area.addEventListener('blur', () => record.presence.focus(null));

onLeave(() => {
  record.close();
  void client.close();
});
