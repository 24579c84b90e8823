import type { LogAttachment } from '@concord/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../icons.ts';
import { chatIcon } from '../chat-icons.ts';
import type { ChatScope } from '../chat-scope.ts';
import type { Dialog } from '../overlay/dialog.ts';
import { sizeText } from './times.ts';

const mostWidthPx = 360;
const mostHeightPx = 280;

/** The files of a message: pictures in bounds that are known before they have come, the others by name. */
export function renderAttachments(attachments: readonly LogAttachment[], scope: ChatScope, dialog: Dialog): TemplateResult {
  const images = attachments.filter(isImage);
  const others = attachments.filter((attachment) => !isImage(attachment));
  return html`<div class="attachments" part="attachments">
    ${images.map((image) => renderImage(image, scope, dialog))} ${others.map((file) => renderFile(file, scope))}
  </div>`;
}

function isImage({ type, width, height }: LogAttachment): boolean {
  return /^image\/(png|jpeg|gif|webp|avif)$/.test(type) && width !== undefined && height !== undefined;
}

function renderImage(image: LogAttachment, scope: ChatScope, dialog: Dialog): TemplateResult {
  const { name, width = 1, height = 1 } = image;
  const address = scope.files.address(image);
  if (address === null) return renderFile(image, scope);
  const scale = Math.min(1, mostWidthPx / width, mostHeightPx / height);
  return html`<button
    type="button"
    class="image"
    part="image"
    style="width: ${Math.max(Math.round(width * scale), 32)}px; aspect-ratio: ${width} / ${height}"
    aria-label=${scope.words().chatOpenImage(name)}
    ?disabled=${address === undefined}
    @click=${() => address !== undefined && dialog.showImage(address, name)}
  >
    ${address === undefined ? nothing : html`<img src=${address} alt=${name} />`}
  </button>`;
}

function renderFile(file: LogAttachment, scope: ChatScope): TemplateResult {
  return html`<button
    type="button"
    class="file"
    part="file"
    aria-label=${scope.words().chatDownload(file.name)}
    @click=${() => scope.attempt(scope.files.download(file))}
  >
    ${chatIcon('file')}
    <span class="file-name">${file.name}</span>
    <span class="quiet">${sizeText(file.size, scope.locale)}</span>
    ${icon('download')}
  </button>`;
}
