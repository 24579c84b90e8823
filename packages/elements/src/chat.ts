/** `<concord-chat>` alone: one script tag for a page that wants nothing else. */
import { ConcordChat } from './elements/concord-chat.ts';

export { createClient } from '@concord/client';
export { setDefaultClient } from './context/client-context.ts';
export { plural, type PluralForms } from './strings/plural.ts';
export { setStrings, type Strings } from './strings/strings.ts';
export { ConcordChat };

if (customElements.get('concord-chat') === undefined) customElements.define('concord-chat', ConcordChat);
