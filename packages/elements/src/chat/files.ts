import type { LiveLog } from '@concord/client';
import type { LogAttachment } from '@concord/protocol';

/** The bytes of attachments, as addresses that this page alone may read. */
export interface Files {
  /** Undefined until it has been loaded; null where that failed. */
  address(attachment: LogAttachment): string | null | undefined;
  download(attachment: LogAttachment): Promise<void>;
  close(): void;
}

/** More are not in sight at once: what has been scrolled away is loaded again when it comes back. */
const mostHeld = 100;

/** @param onChange is called when an address has come */
export function createFiles(log: LiveLog, onChange: () => void): Files {
  /** Those that were shown last are behind. */
  const addresses = new Map<string, string | null | undefined>();
  let isClosed = false;
  let wasLive = false;
  // What did not come without a network is asked for again.
  const stop = log.subscribe(() => {
    const isLive = log.get().phase === 'live';
    if (isLive === wasLive) return;
    wasLive = isLive;
    if (!isLive) return;
    for (const [id, address] of addresses) if (address === null) addresses.delete(id);
    onChange();
  });

  async function load(attachment: LogAttachment): Promise<void> {
    let address: string | null = null;
    try {
      address = URL.createObjectURL(await log.file(attachment));
    } catch {
      // Its name and size are shown instead.
    }
    if (isClosed && address !== null) return URL.revokeObjectURL(address);
    addresses.set(attachment.id, address);
    for (const [id, old] of addresses) {
      if (addresses.size <= mostHeld) break;
      if (typeof old === 'string') URL.revokeObjectURL(old);
      addresses.delete(id);
    }
    onChange();
  }

  return {
    address(attachment) {
      const { id } = attachment;
      const isNew = !addresses.has(id);
      const address = addresses.get(id);
      addresses.delete(id);
      addresses.set(id, address);
      if (isNew) void load(attachment); // its failure is an address that is null
      return address;
    },
    async download(attachment) {
      const address = URL.createObjectURL(await log.file(attachment));
      const link = Object.assign(document.createElement('a'), { href: address, download: attachment.name });
      link.click();
      // The browser has taken it by the next task.
      setTimeout(() => URL.revokeObjectURL(address));
    },
    close() {
      isClosed = true;
      stop();
      for (const address of addresses.values()) if (typeof address === 'string') URL.revokeObjectURL(address);
      addresses.clear();
    },
  };
}
