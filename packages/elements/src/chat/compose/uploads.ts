import type { LogAttachment } from '@concord/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../icons.ts';
import { chatIcon } from '../chat-icons.ts';
import type { ChatScope } from '../chat-scope.ts';
import { sizeText } from '../list/times.ts';

export interface Uploads {
  /** Uploads at once what may be attached, and says what may not. */
  add(files: Iterable<File>): void;
  /** What has been uploaded. */
  readonly attachments: readonly LogAttachment[];
  readonly isBusy: boolean;
  readonly isEmpty: boolean;
  clear(): void;
  render(): TemplateResult | typeof nothing;
}

interface Upload {
  readonly name: string;
  readonly size: number;
  /** Of a picture, to be seen while it is on its way. */
  readonly preview: string | undefined;
  share: number;
  attachment?: LogAttachment;
}

/** The files that go with the next message. */
export function createUploads(scope: ChatScope): Uploads {
  let uploads: readonly Upload[] = [];
  let problem: string | undefined;

  async function upload(file: File): Promise<void> {
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
    const entry: Upload = { name: file.name, size: file.size, preview, share: 0 };
    uploads = [...uploads, entry];
    scope.update();
    try {
      entry.attachment = await scope.log.upload(file, file.name, (share) => {
        entry.share = share;
        scope.update();
      });
    } catch (error) {
      // It was taken away, or the message given up: nobody waits for it.
      if (!uploads.includes(entry)) return;
      remove(entry);
      problem = `${file.name}: ${error instanceof Error ? error.message : scope.words().failed}`;
    }
    scope.update();
  }

  function remove(entry: Upload): void {
    uploads = uploads.filter((other) => other !== entry);
    if (entry.preview !== undefined) URL.revokeObjectURL(entry.preview);
    problem = undefined;
    scope.update();
  }

  /** Why a file cannot be attached here; undefined where it can. */
  function problemOf(file: File): string | undefined {
    const words = scope.words();
    const rules = scope.log.schema?.attachments;
    if (rules === undefined) return undefined; // not known yet: the server decides
    if (rules === null || !rules.types.some((type) => matches(file.type, type))) return words.chatFileType(file.name);
    if (file.size > rules.maxBytes) return words.chatFileTooLarge(file.name, sizeText(rules.maxBytes, scope.locale));
    return uploads.length >= rules.max ? words.chatTooManyFiles(rules.max, scope.locale) : undefined;
  }

  return {
    get attachments() {
      return uploads.flatMap(({ attachment }) => attachment ?? []);
    },
    get isBusy() {
      return uploads.some(({ attachment }) => attachment === undefined);
    },
    get isEmpty() {
      return uploads.length === 0;
    },
    add(files) {
      problem = undefined;
      for (const file of files) {
        const found = problemOf(file);
        if (found === undefined)
          void upload(file); // its failure is shown
        else problem = found;
      }
      scope.update();
    },
    clear() {
      for (const { preview } of uploads) if (preview !== undefined) URL.revokeObjectURL(preview);
      uploads = [];
      problem = undefined;
    },
    render() {
      if (uploads.length === 0 && problem === undefined) return nothing;
      const words = scope.words();
      return html`<ul class="uploads" part="uploads">
          ${uploads.map(
            (entry) =>
              html`<li class="upload" ?data-done=${entry.attachment !== undefined}>
                ${entry.preview === undefined ? chatIcon('file') : html`<img src=${entry.preview} alt="" />`}
                <span class="file-name">${entry.name}</span>
                <span class="quiet">${sizeText(entry.size, scope.locale)}</span>
                ${
                  entry.attachment === undefined
                    ? html`<progress
                        max="1"
                        .value=${entry.share}
                        aria-label=${words.chatUploading(entry.name, entry.share, scope.locale)}
                      ></progress>`
                    : nothing
                }
                <button
                  type="button"
                  class="icon-button"
                  aria-label=${words.chatRemoveFile(entry.name)}
                  title=${words.chatRemoveFile(entry.name)}
                  @click=${() => remove(entry)}
                >
                  ${icon('close')}
                </button>
              </li>`,
          )}
        </ul>
        ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem}</p>`}`;
    },
  };
}

/** @param type as `image/*` or `application/pdf` */
function matches(given: string, type: string): boolean {
  return type === given || type === '*/*' || (type.endsWith('/*') && given.startsWith(type.slice(0, -1)));
}
