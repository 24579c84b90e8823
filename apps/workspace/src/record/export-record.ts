import type { LiveRecord } from '@concord/client';

/** Hands out what this device has of a record: as plain values, and what was edited as Yjs updates in base64. */
export async function exportRecord(record: LiveRecord, values: unknown): Promise<void> {
  const updates = [...(await record.export())].map(([document, update]) => [document, base64Of(update)] as const);
  const content = {
    collection: record.collection,
    record: record.id,
    values: values ?? null,
    updates: Object.fromEntries(updates),
  };
  const file = new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' });
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${record.collection}-${record.id}.json`;
  link.click();
  URL.revokeObjectURL(address);
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
