/**
 * Custom elements over the client. Importing this module defines them: `<concord-client>`, `<concord-record>`,
 * `<concord-field>`, `<concord-editor>`, `<concord-presence>`, `<concord-status>` and `<concord-chat>`.
 */
import { ConcordChat } from './elements/concord-chat.ts';
import { ConcordClient } from './elements/concord-client.ts';
import { ConcordEditor } from './elements/concord-editor.ts';
import { ConcordField } from './elements/concord-field.ts';
import { ConcordPresence } from './elements/concord-presence.ts';
import { ConcordRecord } from './elements/concord-record.ts';
import { ConcordStatus } from './elements/concord-status.ts';

export { createClient } from '@concord/client';
export { setDefaultClient } from './context/client-context.ts';
export type { AnyClient, AnyRecord } from './record/any-record.ts';
export { plural, type PluralForms } from './strings/plural.ts';
export { setStrings, type Strings } from './strings/strings.ts';
export { ConcordChat, ConcordClient, ConcordEditor, ConcordField, ConcordPresence, ConcordRecord, ConcordStatus };

// Those that others stand in come first: an element that is defined asks what is around it at once.
const elements = {
  'concord-client': ConcordClient,
  'concord-record': ConcordRecord,
  'concord-field': ConcordField,
  'concord-editor': ConcordEditor,
  'concord-presence': ConcordPresence,
  'concord-status': ConcordStatus,
  'concord-chat': ConcordChat,
} as const;

// Two copies of this module on a page are the page's to avoid; the first one stays.
for (const [name, element] of Object.entries(elements))
  if (customElements.get(name) === undefined) customElements.define(name, element);

declare global {
  interface HTMLElementTagNameMap {
    'concord-client': ConcordClient;
    'concord-record': ConcordRecord;
    'concord-field': ConcordField;
    'concord-editor': ConcordEditor;
    'concord-presence': ConcordPresence;
    'concord-status': ConcordStatus;
    'concord-chat': ConcordChat;
  }
}
